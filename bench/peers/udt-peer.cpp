// A peer for tests and benchmarks on Debian's libudt: sends or receives a pattern and says how it went.
//
//   udt-peer recv PORT BYTES [--mss N] [--ipv6]          listens, takes one connection, reads BYTES (0: to its end), checks the pattern
//   udt-peer send HOST PORT BYTES [--mss N] [--ipv6] [--window PACKETS] [--seconds S]   connects and sends the pattern
//
// Prints "port N" when it listens, "mark SECONDS BYTES" as it receives, "packets N again N" when it has sent, and at the end
// "bytes N seconds S cpu C ok|corrupt". With --seconds what has not arrived by then is given up.
#include <arpa/inet.h>
#include <netdb.h>
#include <udt/udt.h>

#include "peer.h"

namespace {

using peer::Options;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "udt-peer: %s: %s\n", what, UDT::getlasterror().getErrorMessage());
  std::exit(1);
}

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
  std::vector<char> buffer(peer::kChunk);
  peer::Receiver receiver;
  while (total == 0 || receiver.received() < total) {
    const int want = total == 0 ? peer::kChunk : static_cast<int>(std::min<long long>(peer::kChunk, total - receiver.received()));
    const int count = UDT::recv(socket, buffer.data(), want, 0);
    if (count == UDT::ERROR) break;
    receiver.Take(buffer.data(), count);
  }
  const int result = receiver.Report(total);
  UDT::close(socket);
  UDT::close(listener);
  return result;
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
  const auto pattern = peer::MakePattern();
  const auto start = peer::Clock::now();
  long long sent = 0;
  while (sent < total && !peer::IsOver(start, options)) {
    const int want = static_cast<int>(std::min<long long>(peer::kChunk, total - sent));
    const int count = UDT::send(socket, pattern.data() + sent % peer::kPattern, want, 0);
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
  peer::Report(sent, start, true);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  UDT::startup();
  const int result = peer::Run(count, values, Receive, Send);
  UDT::cleanup();
  return result;
}
