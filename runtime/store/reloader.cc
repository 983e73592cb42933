// The Reloader's thread: takes what was asked for, tries once, tells everybody.
// Tested by tests/runtime/reloader_test.cc and tests/e2e/reload_test.cc.
#include "runtime/store/reloader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "runtime/store/background_work.h"
#include "runtime/store/reload_findings.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;

// How often retired tables that a request still held are looked at again.
constexpr std::chrono::milliseconds kReclaimInterval{500};

// A compilation that took less than this is expected to do so again, and is not
// worth the background. One that then takes twice as long goes there after all.
constexpr std::chrono::milliseconds kBrief{10};

// Absolute, without a trailing slash, symbolic links left as they are.
std::filesystem::path Absolute(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path result = std::filesystem::absolute(path, error);
  if (error) result = path;
  return result.has_filename() ? result : result.parent_path();
}

std::string TextOf(const XXH128_hash_t& hash) {
  return std::to_string(hash.high64) + ":" + std::to_string(hash.low64);
}

std::string HashOf(std::string_view text) {
  return TextOf(XXH3_128bits(text.data(), text.size()));
}

// Of the `size` bytes that `fd` must have, read piece by piece: a list may be
// large, and is looked at again and again. Empty if it has others.
std::string HashOfBytes(int fd, std::uint64_t size) {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(
      XXH3_createState(), XXH3_freeState);
  CORSAC_CHECK(state != nullptr);
  XXH3_128bits_reset(state.get());
  std::vector<char> piece(std::size_t{64} << 10);
  for (std::uint64_t done = 0;;) {
    // Run() lets its mutex go before, which the analyzer does not see.
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
    const ssize_t got = read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    const std::size_t bytes = got < 0 ? 0 : static_cast<std::size_t>(got);
    XXH3_128bits_update(state.get(), piece.data(), bytes);
    done += bytes;
    // Anything else: it is being written, or could not be read.
    if (done > size || (bytes == 0 && done < size)) return {};
    if (bytes == 0) return TextOf(XXH3_128bits_digest(state.get()));
  }
}

// Empty, which no hash is, if the file cannot be read or is no ordinary file:
// opening a pipe must not make the reloader wait.
std::string HashOfFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return {};
  struct stat info {};
  const bool good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                    static_cast<std::uint64_t>(info.st_size) <= kMaxSourceBytes;
  std::string hash;
  if (good) hash = HashOfBytes(fd, static_cast<std::uint64_t>(info.st_size));
  close(fd);
  return hash;
}

// Asked for by a person or a program, rather than noticed.
bool IsByName(ReloadTrigger trigger) {
  return trigger >= ReloadTrigger::kSignal;
}

// Routes and origin rules; `*` is a rule.
std::size_t AmountOf(const PolicyTable& table) {
  const PolicyTable::Sizes sizes = table.sizes();
  const auto& policies = table.policies();
  const bool any = std::any_of(
      policies.begin(), policies.end(),
      [](const CompiledPolicy& policy) { return policy.any_origin; });
  return sizes.routes + sizes.rules() + (any ? 1 : 0);
}

}  // namespace

std::string_view ReloadTriggerName(ReloadTrigger trigger) {
  switch (trigger) {
    case ReloadTrigger::kPoll:
      return "poll";
    case ReloadTrigger::kFile:
      return "file";
    case ReloadTrigger::kSignal:
      return "signal";
    case ReloadTrigger::kApi:
      return "api";
    case ReloadTrigger::kStart:
      return "start";
  }
  CORSAC_CHECK(false);
}

std::string_view ReloadResultName(ReloadResult result) {
  switch (result) {
    case ReloadResult::kSuccess:
      return "success";
    case ReloadResult::kUnchanged:
      return "unchanged";
    case ReloadResult::kFailure:
      return "failure";
  }
  CORSAC_CHECK(false);
}

Reloader::Reloader(Options options, PolicyStore* store,
                   std::function<void(const ReloadAttempt&)> observer)
    : options_(std::move(options)),
      store_(store),
      observer_(std::move(observer)),
      place_(Absolute(options_.rules)) {
  watched_.path = place_;
  thread_ = std::thread([this] { Run(); });
}

Reloader::~Reloader() {
  Stop(std::chrono::milliseconds(0));
  thread_.join();
  // The watcher goes last, with the members; its callback only asks.
}

bool Reloader::Stop(std::chrono::milliseconds timeout) {
  std::unique_lock<std::mutex> lock(mutex_);
  stop_ = true;
  asked_.notify_all();
  done_.notify_all();
  return done_.wait_for(lock, timeout, [this] { return ended_; });
}

void Reloader::StartWatching(const RuleWatcher::Options& options) {
  const auto changed = [this](RuleWatcher::Hint hint) {
    Request(hint == RuleWatcher::Hint::kEvent ? ReloadTrigger::kFile
                                              : ReloadTrigger::kPoll);
  };
  const std::lock_guard<std::mutex> lock(mutex_);
  CORSAC_CHECK(watcher_ == nullptr);
  watcher_ = std::make_unique<RuleWatcher>(watched_, options, changed);
}

std::uint64_t Reloader::Ask(ReloadTrigger trigger, bool allow_shrink) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!pending_) pending_ = Pending{ReloadTrigger::kPoll, false};
  pending_->trigger = std::max(pending_->trigger, trigger);
  pending_->allow_shrink |= allow_shrink;
  asked_.notify_all();
  return ++tickets_;
}

void Reloader::Request(ReloadTrigger trigger) { Ask(trigger, false); }

std::shared_ptr<const ReloadAttempt> Reloader::Reload(ReloadTrigger trigger,
                                                      bool allow_shrink) {
  const std::uint64_t ticket = Ask(trigger, allow_shrink);
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [&] { return stop_ || done_ticket_ >= ticket; });
  return done_ticket_ >= ticket ? done_attempt_ : nullptr;
}

Reloader::Status Reloader::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

void Reloader::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop_) {
    if (!pending_) {
      lock.unlock();
      const bool all_free = Discard();
      lock.lock();
      const auto wake = [this] { return stop_ || pending_.has_value(); };
      if (all_free) {
        asked_.wait(lock, wake);
      } else {
        asked_.wait_for(lock, kReclaimInterval, wake);
      }
      continue;
    }
    const Pending pending = *std::exchange(pending_, std::nullopt);
    const std::uint64_t ticket = tickets_;
    lock.unlock();
    Record(pending, Try(pending));
    lock.lock();
    done_ticket_ = ticket;
    done_.notify_all();
  }
  ended_ = true;
  done_.notify_all();
}

// Destroys retired tables. Returns whether none is held any more.
bool Reloader::Discard() {
  const bool all_free = store_->Reclaim(&retired_) == 0;
  if (options_.in_foreground) {
    retired_.clear();
  } else if (!retired_.empty()) {
    RunInBackground([this] { retired_.clear(); }, Limits());
  }
  return all_free;
}

// Small rules may be about to replace large ones, so these are only given the
// time that small ones take.
BackgroundLimits Reloader::Limits() const {
  BackgroundLimits limits;
  if (is_brief_) limits.grace = 2 * kBrief;
  return limits;
}

ReloadAttempt Reloader::Try(const Pending& pending) {
  ReloadAttempt attempt;
  const auto prepare = [&] { attempt = Prepare(pending); };
  if (options_.in_foreground || !running_contents_) {
    // Nobody is served yet: the sooner the better.
    prepare();
  } else {
    RunInBackground(prepare, Limits());
  }
  try {
    if (ready_ != nullptr) Publish(&attempt);
  } catch (const std::exception& error) {
    Fail(error, &attempt);
  }
  attempt.generation = store_->Acquire().generation();
  return attempt;
}

void Reloader::Publish(ReloadAttempt* attempt) {
  // Copied before: nothing may throw once the table is in force.
  std::optional<Contents> contents = last_contents_;
  std::string hash = attempt->content_hash;
  const Clock::time_point start = Clock::now();
  store_->Publish(std::move(ready_), hash, &retired_);
  attempt->publish_time = Clock::now() - start;
  running_contents_ = std::move(contents);
  running_hash_ = std::move(hash);
  running_amount_ = ready_amount_;
}

// Everything of an attempt but publishing. Does not throw.
ReloadAttempt Reloader::Prepare(const Pending& pending) {
  retired_.clear();
  ReloadAttempt attempt;
  attempt.at = std::chrono::system_clock::now();
  attempt.trigger = pending.trigger;
  try {
    const Clock::time_point start = Clock::now();
    FindingSink sink;
    SourceSet sources = SourceSet::Read(options_.rules, sink);
    attempt.times.read = Clock::now() - start;
    attempt.source_read = !sources.files().empty();
    attempt.content_hash = sources.ContentHash();
    // What could not be read is part of what was met: a file that has become
    // unreadable is not the same as a file that has been taken away.
    std::string rule_files = attempt.content_hash;
    for (Finding& finding : sink.Take()) {
      rule_files += '\n';
      rule_files += InfoOf(finding.code).id;
      rule_files += ' ' + sources.Describe(finding.span) + finding.message;
      sink.Add(std::move(finding));
    }
    if (running_contents_ && running_contents_->IsStill(rule_files)) {
      attempt.result = ReloadResult::kUnchanged;
      attempt.content_hash = running_hash_;
      last_contents_ = running_contents_;
    } else if (!IsByName(pending.trigger) && last_contents_ &&
               last_contents_->IsStill(rule_files)) {
      attempt.result = ReloadResult::kUnchanged;
      attempt.repeats_failure = true;
    } else {
      CompileSource(pending, std::move(sources), std::move(sink),
                    std::move(rule_files), &attempt);
    }
  } catch (const std::exception& error) {
    Fail(error, &attempt);
  }
  return attempt;
}

// Only memory can run out.
void Reloader::Fail(const std::exception& error, ReloadAttempt* attempt) {
  Finding finding;
  finding.code = Code::kLimit;
  finding.message =
      std::string("the rules could not be compiled: ") + error.what();
  attempt->result = ReloadResult::kFailure;
  RenderFindings({std::move(finding)}, 0, SourceSet(), attempt);
  last_contents_.reset();
  ready_.reset();
}

void Reloader::CompileSource(const Pending& pending, SourceSet sources,
                             FindingSink sink, std::string rule_files,
                             ReloadAttempt* attempt) {
  if (options_.on_compile) options_.on_compile();
  const std::chrono::nanoseconds before = ThreadProcessorTime();
  const std::chrono::nanoseconds read_time = attempt->times.read;
  CompileResult result =
      Compile(std::move(sources), std::move(sink), options_.compile);
  attempt->times = result.times;
  attempt->times.read = read_time;
  is_brief_ = ThreadProcessorTime() - before < kBrief;
  attempt->content_hash = result.sources.ContentHash();

  Contents contents;
  contents.rule_files = std::move(rule_files);
  for (const SourceFile& file : result.sources.files()) {
    if (file.is_rule_file()) continue;
    contents.lists.push_back({Absolute(file.path()), HashOf(file.text())});
  }
  contents.list_missing = std::any_of(
      result.findings.begin(), result.findings.end(),
      [](const Finding& f) { return f.code == Code::kOriginFileUnusable; });

  const bool same = result.ok() && attempt->content_hash == running_hash_;
  if (result.ok() && !same && !pending.allow_shrink && !options_.allow_shrink) {
    if (std::optional<Finding> finding =
            FindShrinkage(AmountOf(*result.table))) {
      result.findings.insert(result.findings.begin(), *std::move(finding));
      result.table.reset();
    }
  }
  RenderFindings(result.findings, result.findings_dropped, result.sources,
                 attempt);
  if (same) {
    attempt->result = ReloadResult::kUnchanged;
    running_contents_ = contents;
  } else if (result.ok()) {
    attempt->result = ReloadResult::kSuccess;
    ready_amount_ = AmountOf(*result.table);
    ready_ = std::move(result.table);
  } else {
    attempt->result = ReloadResult::kFailure;
  }
  last_contents_ = std::move(contents);
}

std::optional<Finding> Reloader::FindShrinkage(std::size_t after) const {
  const std::size_t before = running_amount_;
  if (after * 2 >= before) return std::nullopt;
  Finding finding;
  finding.code = Code::kShrunk;
  finding.severity = Severity::kError;
  finding.message = "this reload would leave " + std::to_string(after) +
                    " of " + std::to_string(before) +
                    " routes and origin rules";
  finding.help =
      "was a file cut off or emptied? if this is meant, ask for it with\n"
      "`POST /-/reload?allow_shrink=true`, or start the server with "
      "`--allow-shrink`";
  return finding;
}

// Makes the attempt known: to status(), to the observer and to the watcher.
void Reloader::Record(const Pending& pending, ReloadAttempt attempt) {
  auto shared = std::make_shared<const ReloadAttempt>(std::move(attempt));
  SourcePlace place{.path = place_};
  if (last_contents_) {
    place.list_missing = last_contents_->list_missing;
    for (const ListFile& list : last_contents_->lists) {
      place.lists.push_back(list.path);
    }
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool met_again = shared->result == ReloadResult::kUnchanged &&
                           (shared->repeats_failure || !status_.degraded());
    if (shared->result == ReloadResult::kSuccess) status_.running = shared;
    if (!met_again || IsByName(pending.trigger)) status_.last = shared;
    done_attempt_ = shared;
    watched_ = place;
    if (watcher_ != nullptr) watcher_->SetPlace(std::move(place));
  }
  observer_(*shared);
}

bool Reloader::Contents::IsStill(const std::string& now) const {
  return rule_files == now && !list_missing &&
         std::all_of(lists.begin(), lists.end(), [](const ListFile& list) {
           return HashOfFile(list.path) == list.hash;
         });
}

}  // namespace corsac
