// A peer for tests and benchmarks on Debian's libudt: sends or receives a pattern and says how it went.
//
//   udt-peer recv PORT BYTES [--mss N] [--ipv6]          listens, takes one connection, reads BYTES (0: to its end), checks the pattern
//   udt-peer send HOST PORT BYTES [--mss N] [--ipv6] [--window PACKETS] [--seconds S]   connects and sends the pattern
//
// Prints "port N" when it listens, "mark SECONDS BYTES" as it receives, "packets N again N" when it has sent, and at the end
// "bytes N seconds S cpu C ok|corrupt". With --seconds what has not arrived by then is given up.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/resource.h>
#include <udt/udt.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kChunk = 1456 * 64;
constexpr int kPattern = 65521;

// Each byte follows from its place alone; tests on the other side make the same pattern.
std::vector<char> MakePattern() {
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

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "udt-peer: %s: %s\n", what, UDT::getlasterror().getErrorMessage());
  std::exit(1);
}

struct Options {
  int mss = 1500;
  int window = 65536;
  double seconds = 0;
  bool ipv6 = false;
};

UDTSOCKET MakeSocket(const Options& options) {
  UDTSOCKET socket = UDT::socket(options.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  if (socket == UDT::INVALID_SOCK) Fail("socket");
  const int buffer = options.window * (options.mss - 28);
  const int udp = 8 << 20;
  UDT::setsockopt(socket, 0, UDT_MSS, &options.mss, sizeof options.mss);
  UDT::setsockopt(socket, 0, UDT_FC, &options.window, sizeof options.window);
  UDT::setsockopt(socket, 0, UDT_SNDBUF, &buffer, sizeof buffer);
  UDT::setsockopt(socket, 0, UDT_RCVBUF, &buffer, sizeof buffer);
  UDT::setsockopt(socket, 0, UDP_SNDBUF, &udp, sizeof udp);
  UDT::setsockopt(socket, 0, UDP_RCVBUF, &udp, sizeof udp);
  return socket;
}

void Report(long long bytes, Clock::time_point start, bool ok) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("bytes %lld seconds %.6f cpu %.6f %s\n", bytes, seconds, CpuSeconds(), ok ? "ok" : "corrupt");
  std::fflush(stdout);
}

int Receive(int port, long long total, const Options& options) {
  UDTSOCKET listener = MakeSocket(options);
  sockaddr_storage local{};
  if (options.ipv6) {
    auto* address = reinterpret_cast<sockaddr_in6*>(&local);
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(port);
  } else {
    auto* address = reinterpret_cast<sockaddr_in*>(&local);
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
  }
  if (UDT::bind(listener, reinterpret_cast<sockaddr*>(&local), options.ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)) == UDT::ERROR) Fail("bind");
  if (UDT::listen(listener, 4) == UDT::ERROR) Fail("listen");
  sockaddr_storage bound{};
  int length = sizeof bound;
  UDT::getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &length);
  std::printf("port %d\n", ntohs(options.ipv6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port : reinterpret_cast<sockaddr_in*>(&bound)->sin_port));
  std::fflush(stdout);
  sockaddr_storage from{};
  length = sizeof from;
  UDTSOCKET socket = UDT::accept(listener, reinterpret_cast<sockaddr*>(&from), &length);
  if (socket == UDT::INVALID_SOCK) Fail("accept");
  const auto pattern = MakePattern();
  std::vector<char> buffer(kChunk);
  const auto start = Clock::now();
  long long received = 0;
  double mark = 0;
  bool ok = true;
  while (total == 0 || received < total) {
    const int want = total == 0 ? kChunk : static_cast<int>(std::min<long long>(kChunk, total - received));
    const int count = UDT::recv(socket, buffer.data(), want, 0);
    if (count == UDT::ERROR) break;
    for (int done = 0; done < count;) {
      const int part = std::min(count - done, kPattern);
      ok = ok && std::memcmp(buffer.data() + done, pattern.data() + (received + done) % kPattern, part) == 0;
      done += part;
    }
    received += count;
    const double now = std::chrono::duration<double>(Clock::now() - start).count();
    if (now >= mark) {
      std::printf("mark %.3f %lld\n", now, received);
      mark = now + 0.1;
    }
  }
  Report(received, start, ok && (total == 0 || received == total));
  UDT::close(socket);
  UDT::close(listener);
  return ok && (total == 0 || received == total) ? 0 : 1;
}

int Send(const char* host, const char* port, long long total, const Options& options) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = options.ipv6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(host, port, &hints, &found) != 0) {
    std::fprintf(stderr, "udt-peer: no address for %s\n", host);
    return 1;
  }
  UDTSOCKET socket = MakeSocket(options);
  if (UDT::connect(socket, found->ai_addr, static_cast<int>(found->ai_addrlen)) == UDT::ERROR) Fail("connect");
  freeaddrinfo(found);
  const auto pattern = MakePattern();
  const auto start = Clock::now();
  long long sent = 0;
  while (sent < total && (options.seconds == 0 || std::chrono::duration<double>(Clock::now() - start).count() < options.seconds)) {
    const int want = static_cast<int>(std::min<long long>(kChunk, total - sent));
    const int count = UDT::send(socket, pattern.data() + sent % kPattern, want, 0);
    if (count == UDT::ERROR) Fail("send");
    sent += count;
  }
  UDT::TRACEINFO trace{};
  if (UDT::perfmon(socket, &trace) != UDT::ERROR) std::printf("packets %lld again %d\n", static_cast<long long>(trace.pktSentTotal), trace.pktRetransTotal);
  if (options.seconds > 0) {
    linger none{};
    UDT::setsockopt(socket, 0, UDT_LINGER, &none, sizeof none);
  }
  UDT::close(socket);  // waits until all has arrived, unless that was limited
  Report(sent, start, true);
  return 0;
}

}  // namespace

int main(int count, char** values) {
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
  UDT::startup();
  int result = 2;
  if (rest.size() == 3 && std::string(rest[0]) == "recv") result = Receive(std::atoi(rest[1]), std::atoll(rest[2]), options);
  else if (rest.size() == 4 && std::string(rest[0]) == "send") result = Send(rest[1], rest[2], std::atoll(rest[3]), options);
  else std::fprintf(stderr, "usage: udt-peer recv PORT BYTES | send HOST PORT BYTES [--mss N] [--window PACKETS] [--seconds S] [--ipv6]\n");
  UDT::cleanup();
  return result;
}
