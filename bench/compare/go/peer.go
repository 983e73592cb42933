// The peer that is written in Go: rs/cors, of Debian's
// golang-github-rs-cors-dev, driven over standard input and output by
// bench/compare/run. Tested by tests/bench/compare_test.py where there is a Go.
//
// The middleware's handler is called with a response writer that keeps what is
// set. net/http's connections, routing and the writing of the answer's bytes
// are not measured. The lines and answers of the protocol are those of
// bench/compare/main.cc.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/rs/cors"
)

const batch = 64

type request struct {
	Method  string      `json:"method"`
	Target  string      `json:"target"`
	Headers [][2]string `json:"headers"`
}

type scenario struct {
	Exact         []string `json:"exact"`
	Subdomains    []string `json:"subdomains"`
	Regexes       []string `json:"regexes"`
	Methods       []string `json:"methods"`
	Headers       []string `json:"headers"`
	MaxAgeSeconds int      `json:"max_age_seconds"`
	Preflight     request  `json:"preflight"`
	Actual        request  `json:"actual"`
	Allowed       []string `json:"allowed"`
	Denied        []string `json:"denied"`
}

type question struct {
	Op    string  `json:"op"`
	File  string  `json:"file"`
	Case  string  `json:"case"`
	Count int     `json:"count"`
	Ms    float64 `json:"ms"`
}

// A response writer that is used again and again.
type writer struct {
	header http.Header
	status int
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) WriteHeader(status int)      { w.status = status }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) clear() {
	w.status = 0
	for name := range w.header {
		delete(w.header, name)
	}
}

type peer struct {
	scenario scenario
	handler  http.Handler
	writer   writer
	next     int
}

func (p *peer) load(file string) map[string]interface{} {
	bytes, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(bytes, &p.scenario)
	}
	if err != nil {
		return map[string]interface{}{"error": err.Error()}
	}
	start := time.Now()
	options := cors.Options{
		// It asks actual requests too, so the safelisted methods must be listed.
		AllowedMethods:   append([]string{"GET", "HEAD", "POST"}, p.scenario.Methods...),
		AllowedHeaders:   p.scenario.Headers,
		MaxAge:           p.scenario.MaxAgeSeconds,
		AllowCredentials: true,
	}
	if len(p.scenario.Regexes) == 0 {
		options.AllowedOrigins = append(p.scenario.Exact, p.scenario.Subdomains...)
	} else {
		// It has no regexes; this is what its function is for.
		var regexes []*regexp.Regexp
		for _, text := range p.scenario.Regexes {
			regexes = append(regexes, regexp.MustCompile("^(?:"+text+")$"))
		}
		options.AllowOriginFunc = func(origin string) bool {
			for _, regex := range regexes {
				if regex.MatchString(origin) {
					return true
				}
			}
			return false
		}
	}
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	p.handler = cors.New(options).Handler(next)
	p.writer.header = http.Header{}
	return map[string]interface{}{
		"load_ms": float64(time.Since(start).Nanoseconds()) / 1e6}
}

// The request without its origin, and the origins to put in.
func (p *peer) setOf(which string) (*http.Request, []string) {
	made, origins := &p.scenario.Actual, p.scenario.Denied
	if strings.HasPrefix(which, "preflight/") {
		made = &p.scenario.Preflight
	}
	if strings.HasSuffix(which, "/allowed") {
		origins = p.scenario.Allowed
	}
	result := &http.Request{Method: made.Method, URL: &url.URL{Path: made.Target},
		Host: "api.example.com", Header: http.Header{}}
	for _, line := range made.Headers {
		result.Header.Add(line[0], line[1])
	}
	result.Header["Origin"] = []string{""}
	return result, origins
}

func (p *peer) answer(which string, count int) map[string]interface{} {
	request, origins := p.setOf(which)
	answers := [][]interface{}{}
	for _, origin := range origins {
		if len(answers) == count {
			break
		}
		p.writer.clear()
		request.Header["Origin"][0] = origin
		p.handler.ServeHTTP(&p.writer, request)
		lines := [][2]string{}
		for name, values := range p.writer.header {
			for _, value := range values {
				lines = append(lines, [2]string{name, value})
			}
		}
		answers = append(answers, []interface{}{p.writer.status, lines})
	}
	return map[string]interface{}{"answers": answers}
}

func (p *peer) time(which string, ms float64) map[string]interface{} {
	request, origins := p.setOf(which)
	value := request.Header["Origin"]
	decisions := 0
	var took time.Duration
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	for float64(took.Nanoseconds()) < ms*1e6 {
		for i := 0; i < batch; i++ {
			p.next++
			if p.next >= len(origins) {
				p.next = 0
			}
			value[0] = origins[p.next]
			p.writer.clear()
			p.handler.ServeHTTP(&p.writer, request)
		}
		decisions += batch
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)
	return map[string]interface{}{
		"decisions": decisions, "ns": took.Nanoseconds(),
		"allocations": float64(after.Mallocs-before.Mallocs) / float64(decisions)}
}

func main() {
	var p peer
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var q question
		var result map[string]interface{}
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			result = map[string]interface{}{"error": err.Error()}
		} else if q.Op == "load" {
			result = p.load(q.File)
		} else if q.Op == "answer" {
			result = p.answer(q.Case, q.Count)
		} else if q.Op == "time" {
			result = p.time(q.Case, q.Ms)
		} else {
			result = map[string]interface{}{"error": "no operation " + q.Op}
		}
		line, _ := json.Marshal(result)
		fmt.Println(string(line))
	}
}
