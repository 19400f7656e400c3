// What the peers of benchmarks and tests share: the pattern that they send, what they print, and how they are called.
#pragma once
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace peer {

using Clock = std::chrono::steady_clock;

constexpr int kChunk = 1456 * 64;
constexpr int kPattern = 65521;

// Each byte follows from its place alone; tests on the other side make the same pattern.
inline std::vector<char> MakePattern() {
  std::vector<char> pattern(kPattern * 3);
  unsigned state = 1;
  for (int i = 0; i < kPattern; i++) {
    state = state * 1103515245u + 12345u;
    pattern[i] = static_cast<char>(state >> 16);
  }
  std::memcpy(pattern.data() + kPattern, pattern.data(), kPattern);
  std::memcpy(pattern.data() + 2 * kPattern, pattern.data(), kPattern);
  return pattern;
}

inline double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct Options {
  int mss = 1500;
  int window = 65536;
  double seconds = 0;
  bool ipv6 = false;
};

inline void Report(long long bytes, Clock::time_point start, bool ok) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("bytes %lld seconds %.6f cpu %.6f %s\n", bytes, seconds, CpuSeconds(), ok ? "ok" : "corrupt");
  std::fflush(stdout);
}

// Checks what comes against the pattern and prints a mark each 0.1 s.
class Receiver {
 public:
  void Take(const char* bytes, int count) {
    for (int done = 0; done < count;) {
      const int part = std::min(count - done, kPattern);
      ok_ = ok_ && std::memcmp(bytes + done, pattern_.data() + (received_ + done) % kPattern, part) == 0;
      done += part;
    }
    received_ += count;
    const double now = std::chrono::duration<double>(Clock::now() - start_).count();
    if (now >= mark_) {
      std::printf("mark %.3f %lld\n", now, received_);
      mark_ = now + 0.1;
    }
  }

  long long received() const { return received_; }

  // Prints the end; returns the exit code.
  int Report(long long total) const {
    const bool ok = ok_ && (total == 0 || received_ == total);
    peer::Report(received_, start_, ok);
    return ok ? 0 : 1;
  }

 private:
  const std::vector<char> pattern_ = MakePattern();
  const Clock::time_point start_ = Clock::now();
  long long received_ = 0;
  double mark_ = 0;
  bool ok_ = true;
};

inline bool IsOver(Clock::time_point start, const Options& options) {
  return options.seconds > 0 && std::chrono::duration<double>(Clock::now() - start).count() >= options.seconds;
}

using ReceiveFunction = int (*)(int port, long long total, const Options& options);
using SendFunction = int (*)(const char* host, const char* port, long long total, const Options& options);

// Reads the arguments and runs one of the two.
inline int Run(int count, char** values, ReceiveFunction receive, SendFunction send) {
  Options options;
  std::vector<char*> rest;
  for (int i = 1; i < count; i++) {
    const std::string word = values[i];
    if (word == "--ipv6") options.ipv6 = true;
    else if (word == "--mss" && i + 1 < count) options.mss = std::atoi(values[++i]);
    else if (word == "--window" && i + 1 < count) options.window = std::atoi(values[++i]);
    else if (word == "--seconds" && i + 1 < count) options.seconds = std::atof(values[++i]);
    else rest.push_back(values[i]);
  }
  if (rest.size() == 3 && std::string(rest[0]) == "recv") return receive(std::atoi(rest[1]), std::atoll(rest[2]), options);
  if (rest.size() == 4 && std::string(rest[0]) == "send") return send(rest[1], rest[2], std::atoll(rest[3]), options);
  std::fprintf(stderr, "usage: %s recv PORT BYTES | send HOST PORT BYTES [--mss N] [--window PACKETS] [--seconds S] [--ipv6]\n", values[0]);
  return 2;
}

}  // namespace peer
