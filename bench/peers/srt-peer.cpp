// A peer for benchmarks on Debian's libsrt in file mode; it is called and prints as udt-peer does (peer.h), without --ipv6.
#include <arpa/inet.h>
#include <netdb.h>
#include <srt/srt.h>

#include "peer.h"

namespace {

using peer::Options;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "srt-peer: %s: %s\n", what, srt_getlasterror_str());
  std::exit(1);
}

SRTSOCKET MakeSocket(const Options& options) {
  const SRTSOCKET socket = srt_create_socket();
  if (socket == SRT_INVALID_SOCK) Fail("socket");
  const SRT_TRANSTYPE type = SRTT_FILE;
  const int buffer = options.window * (options.mss - 28);
  const int udp = 8 << 20;
  srt_setsockflag(socket, SRTO_TRANSTYPE, &type, sizeof type);
  srt_setsockflag(socket, SRTO_MSS, &options.mss, sizeof options.mss);
  srt_setsockflag(socket, SRTO_FC, &options.window, sizeof options.window);
  srt_setsockflag(socket, SRTO_SNDBUF, &buffer, sizeof buffer);
  srt_setsockflag(socket, SRTO_RCVBUF, &buffer, sizeof buffer);
  srt_setsockflag(socket, SRTO_UDP_SNDBUF, &udp, sizeof udp);
  srt_setsockflag(socket, SRTO_UDP_RCVBUF, &udp, sizeof udp);
  return socket;
}

int Receive(int port, long long total, const Options& options) {
  const SRTSOCKET listener = MakeSocket(options);
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_port = htons(port);
  if (srt_bind(listener, reinterpret_cast<sockaddr*>(&local), sizeof local) == SRT_ERROR) Fail("bind");
  if (srt_listen(listener, 4) == SRT_ERROR) Fail("listen");
  std::printf("port %d\n", port);
  std::fflush(stdout);
  sockaddr_storage from{};
  int length = sizeof from;
  const SRTSOCKET socket = srt_accept(listener, reinterpret_cast<sockaddr*>(&from), &length);
  if (socket == SRT_INVALID_SOCK) Fail("accept");
  std::vector<char> buffer(peer::kChunk);
  peer::Receiver receiver;
  while (total == 0 || receiver.received() < total) {
    const int count = srt_recv(socket, buffer.data(), peer::kChunk);
    if (count <= 0) break;
    receiver.Take(buffer.data(), count);
  }
  const int result = receiver.Report(total);
  srt_close(socket);
  srt_close(listener);
  return result;
}

int Send(const char* host, const char* port, long long total, const Options& options) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(std::atoi(port));
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1) {
    std::fprintf(stderr, "srt-peer: no address: %s\n", host);
    return 1;
  }
  const SRTSOCKET socket = MakeSocket(options);
  if (srt_connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == SRT_ERROR) Fail("connect");
  const auto pattern = peer::MakePattern();
  const auto start = peer::Clock::now();
  long long sent = 0;
  while (sent < total && !peer::IsOver(start, options)) {
    const int want = static_cast<int>(std::min<long long>(peer::kChunk, total - sent));
    const int count = srt_send(socket, pattern.data() + sent % peer::kPattern, want);
    if (count == SRT_ERROR) Fail("send");
    sent += count;
  }
  SRT_TRACEBSTATS trace{};
  if (srt_bstats(socket, &trace, 0) != SRT_ERROR) std::printf("packets %lld again %d\n", static_cast<long long>(trace.pktSentTotal), trace.pktRetransTotal);
  if (options.seconds > 0) {
    const linger none{};
    srt_setsockflag(socket, SRTO_LINGER, &none, sizeof none);
  }
  srt_close(socket);
  peer::Report(sent, start, true);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  srt_startup();
  const int result = peer::Run(count, values, Receive, Send);
  srt_cleanup();
  return result;
}
