#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "os/socket.h"
#include "tls/gate_state.h"

namespace coffer::tls {

/// The server's end of one TLS connection over another stream.
///
/// The poller is level-triggered and knows the socket only, so nothing may wait in here for an
/// event that does not come:
/// - **No decrypted byte stays behind.** A read takes ciphertext off the socket once, and no more
///   than what it is decrypted to has room in the caller's buffer. What OpenSSL keeps is the
///   beginning of a record, whose rest will make the socket readable.
/// - **What reading has to write is written at once** (the answers of a handshake, alerts): some
///   KiB, for which an empty socket buffer has always room. If it has not, the connection is
///   broken. A client's wish for new keys (KeyUpdate) is answered with the next answer.
/// - **Writing needs no reading**: nothing is written before the handshake is done, and there is no
///   renegotiation. An answer before that, such as "too many connections", breaks the connection:
///   a handshake is dearer than what it would carry.
/// - **An end that comes with the last bytes** (the peer's close_notify, or garbage) is told by the
///   next read; the socket is made readable for it.
class TlsStream final : public os::Stream {
public:
    TlsStream(std::unique_ptr<os::Stream> socket, SslOwner ssl, std::shared_ptr<Gate::State> state);
    ~TlsStream() override;
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    int descriptor() const override { return socket_->descriptor(); }
    bool established() const override { return established_; }

    /// `into` must have room for `read_bytes_min`.
    os::Moved read(std::span<char> into) override;
    os::Moved write(std::string_view bytes) override;
    void finish_writing() override;
    void stop_reading() override { socket_->stop_reading(); }
    void abort() override;

    static constexpr std::size_t read_bytes_min = 40'000;

private:
    enum class End : std::uint8_t { none, finished, broken };

    // What OpenSSL calls for bytes.
    friend int bio_read(BIO* bio, char* into, std::size_t bytes, std::size_t* moved);
    friend int bio_write(BIO* bio, const char* from, std::size_t bytes, std::size_t* moved);

    [[nodiscard]] std::size_t decrypt(std::span<char> into);
    void note_established();
    void note_end(int ssl_error);
    void note_failure();
    void send_close_notify();
    void hear_last_word();

    std::unique_ptr<os::Stream> socket_;
    std::shared_ptr<Gate::State> state_;
    SslOwner ssl_;
    std::string_view ciphertext_;  // read and not decrypted yet; empty outside read()
    End end_ = End::none;
    bool established_ = false;
    bool failure_counted_ = false;
    bool may_say_goodbye_ = true;  // close_notify, once; not after an error, not into a full socket
};

}  // namespace coffer::tls
