// The peers that are written in JavaScript, driven over standard input and
// output by bench/compare/run. Tested by tests/bench/compare_test.py.
//
//   node --expose-gc --max-semi-space-size=128 peer.cjs NAME
//
// The middleware's own function is called, with the least of a request and a
// response that it needs: an object of lower-case header lines as Node makes
// it, and a response that keeps what is set. Node's HTTP, the framework's
// routing and the writing of the answer's bytes are not measured. The lines and
// answers of the protocol are those of bench/compare/main.cc; besides,
// {"op": "bytes"} tells how much of the heap a decision takes.
'use strict'

const fs = require('node:fs')
const readline = require('node:readline')

const BATCH = 16
// Decisions whose bytes are counted: few enough that none is collected.
const COUNTED = 500

// --- What frameworks hand to their middleware --------------------------------

// http.IncomingMessage as far as CORS looks at it.
function makeRequest (request) {
  const headers = {}
  for (const [name, value] of request.headers) {
    headers[name.toLowerCase()] = value
  }
  return { method: request.method, url: request.target, headers }
}

class ExpressResponse {
  constructor () {
    this.statusCode = 0 // the application has not answered
    this.headers = {}
  }

  setHeader (name, value) { this.headers[name.toLowerCase()] = value }
  getHeader (name) { return this.headers[name.toLowerCase()] }
  end () {}
}

class FastifyRequest {
  constructor (raw) {
    this.raw = raw
    this.headers = raw.headers
    this.routeOptions = { config: {} }
    this.corsPreflightEnabled = false
  }
}

class FastifyReply {
  constructor () {
    this.statusCode = 0
    this.headers = {}
  }

  header (name, value) {
    this.headers[name.toLowerCase()] = value
    return this
  }

  getHeader (name) { return this.headers[name.toLowerCase()] }
  code (status) {
    this.statusCode = status
    return this
  }

  status (status) { return this.code(status) }
  type () { return this }
  send () { return this }
}

const vary = require('vary')

class KoaContext {
  constructor (request) {
    this.req = request
    this.method = request.method
    this.statusCode = 0
    this.headers = {}
  }

  get (name) { return this.req.headers[name.toLowerCase()] || '' }
  set (name, value) { this.headers[name.toLowerCase()] = value }
  setHeader (name, value) { this.set(name, value) }
  getHeader (name) { return this.headers[name.toLowerCase()] }
  vary (name) { vary(this, name) }
  set status (status) { this.statusCode = status }
}

// --- Rules -------------------------------------------------------------------

function escapeRegex (text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

// What their documentation has for anything but a list of origins.
function regexes (rules) {
  const subdomains = rules.subdomains.map(rule => {
    const [scheme, base] = rule.split('*.')
    return new RegExp(`^${escapeRegex(scheme)}(?:[a-z0-9-]+\\.)+` +
      `${escapeRegex(base)}$`)
  })
  return subdomains.concat(
    rules.regexes.map(regex => new RegExp(`^(?:${regex})$`)))
}

// An array, as documented: tried from its beginning to its end.
function arrayOrigin (rules) {
  return rules.exact.concat(regexes(rules))
}

// A function over a Set, as somebody writes it who has many origins.
function setOrigin (rules) {
  const exact = new Set(rules.exact)
  const others = regexes(rules)
  return origin => exact.has(origin) || others.some(regex => regex.test(origin))
}

// --- Peers -------------------------------------------------------------------

// Each makes a function from a request to its answer: a response, or a promise
// of one.

function cors (rules, origin) {
  const middleware = require('cors')({
    origin,
    credentials: true,
    methods: rules.methods,
    allowedHeaders: rules.headers,
    maxAge: rules.max_age_seconds
  })
  const next = () => {}
  return request => {
    const response = new ExpressResponse()
    middleware(request, response, next)
    return response
  }
}

function fastify (rules, origin) {
  let hook
  const instance = {
    decorateRequest () {},
    options () {},
    addHook (name, handler) { hook = handler }
  }
  require('@fastify/cors')(instance, {
    origin,
    credentials: true,
    methods: rules.methods,
    allowedHeaders: rules.headers,
    maxAge: rules.max_age_seconds
  }, error => { if (error) throw error })
  const next = error => { if (error) throw error }
  return request => {
    const reply = new FastifyReply()
    hook(new FastifyRequest(request), reply, next)
    return reply
  }
}

function koa (rules) {
  const allows = setOrigin(rules)
  const middleware = require('@koa/cors')({
    origin: context => {
      const origin = context.get('Origin')
      return allows(origin) ? origin : ''
    },
    credentials: true,
    allowMethods: rules.methods,
    allowHeaders: rules.headers,
    maxAge: rules.max_age_seconds
  })
  const next = async () => {}
  return async request => {
    const context = new KoaContext(request)
    await middleware(context, next)
    return context
  }
}

const PEERS = {
  'cors-array': rules => cors(rules, arrayOrigin(rules)),
  'cors-set': rules => {
    const allows = setOrigin(rules)
    return cors(rules, (origin, done) => done(null, allows(origin)))
  },
  'fastify-array': rules => fastify(rules, arrayOrigin(rules)),
  'fastify-set': rules => {
    const allows = setOrigin(rules)
    return fastify(rules, (origin, done) => done(null, allows(origin)))
  },
  'koa-set': koa
}

// --- The driver --------------------------------------------------------------

const name = process.argv[2]
const isAsync = name === 'koa-set'
let scenario
let decide
let next = 0
let last // keeps the engine from leaving an answer out

function load (file) {
  scenario = JSON.parse(fs.readFileSync(file, 'utf8'))
  const start = process.hrtime.bigint()
  decide = PEERS[name](scenario)
  const took = Number(process.hrtime.bigint() - start) / 1e6
  return { load_ms: took }
}

function setOf (which) {
  const kind = which.startsWith('preflight/') ? 'preflight' : 'actual'
  const outcome = which.endsWith('/allowed') ? 'allowed' : 'denied'
  return [makeRequest(scenario[kind]), scenario[outcome]]
}

async function answer (which, count) {
  const [request, origins] = setOf(which)
  const answers = []
  for (const origin of origins.slice(0, count)) {
    request.headers.origin = origin
    const response = await decide(request)
    answers.push([response.statusCode, Object.entries(response.headers)])
  }
  return { answers }
}

// Two loops, so that those that are not asynchronous do not pay for waiting.
function repeat (request, origins, count) {
  for (let i = 0; i < count; ++i) {
    if (++next >= origins.length) next = 0
    request.headers.origin = origins[next]
    last = decide(request)
  }
}

async function repeatAsync (request, origins, count) {
  for (let i = 0; i < count; ++i) {
    if (++next >= origins.length) next = 0
    request.headers.origin = origins[next]
    last = await decide(request)
  }
}

async function time (which, ms) {
  const [request, origins] = setOf(which)
  let decisions = 0
  let took = 0
  const start = process.hrtime.bigint()
  while (took < ms * 1e6) {
    if (isAsync) await repeatAsync(request, origins, BATCH)
    else repeat(request, origins, BATCH)
    decisions += BATCH
    took = Number(process.hrtime.bigint() - start)
  }
  if (typeof last.statusCode !== 'number') throw new Error('no answer')
  return { decisions, ns: took, allocations: null }
}

// The median of some tries: what the engine does in between (compiling,
// collecting) takes and gives memory too.
async function bytes (which) {
  const [request, origins] = setOf(which)
  const tries = []
  for (let i = 0; i < 7; ++i) {
    global.gc()
    const before = process.memoryUsage().heapUsed
    if (isAsync) await repeatAsync(request, origins, COUNTED)
    else repeat(request, origins, COUNTED)
    tries.push((process.memoryUsage().heapUsed - before) / COUNTED)
  }
  return { bytes: tries.sort((a, b) => a - b)[3] }
}

async function main () {
  if (!PEERS[name]) {
    console.error(`peer.cjs: no peer ${name}; there are ` +
      Object.keys(PEERS).join(', '))
    process.exit(2)
  }
  for await (const line of readline.createInterface(process.stdin)) {
    const question = JSON.parse(line)
    let result
    switch (question.op) {
      case 'load':
        result = load(question.file)
        break
      case 'answer':
        result = await answer(question.case, question.count)
        break
      case 'time':
        result = await time(question.case, question.ms)
        break
      case 'bytes':
        result = await bytes(question.case)
        break
      default:
        result = { error: `no operation ${question.op}` }
    }
    process.stdout.write(JSON.stringify(result) + '\n')
  }
}

main()
