#include "tls/stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ensure.h"

namespace coffer::tls {

int bio_read(BIO* bio, char* into, std::size_t bytes, std::size_t* moved) {
    auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    *moved = std::min(bytes, stream.ciphertext_.size());
    if (*moved == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    // Into OpenSSL's own buffer: `ciphertext_` may be overwritten by what it is decrypted to.
    std::memcpy(into, stream.ciphertext_.data(), *moved);
    stream.ciphertext_.remove_prefix(*moved);
    return 1;
}

int bio_write(BIO* bio, const char* from, std::size_t bytes, std::size_t* moved) {
    auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const os::Moved sent = stream.socket_->write({from, bytes});
    *moved = sent.bytes;
    if (sent.how == os::Moved::How::some) return 1;
    if (sent.how == os::Moved::How::blocked) BIO_set_retry_write(bio);
    return 0;
}

namespace {

// The most that OpenSSL can hold of a record that is not complete.
constexpr std::size_t held_bytes_max = SSL3_RT_MAX_PACKET_SIZE;
constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;
static_assert(TlsStream::read_bytes_min >= 2 * held_bytes_max);

// An answer of megabytes is encrypted in pieces, so that others get their turn in between.
constexpr std::size_t write_bytes_max = 256 << 10;

/// What handshakes have had of this thread's time, and may have: see GateOptions.
class Allowance {
public:
    [[nodiscard]] bool has_some(std::int64_t now_ns, std::int64_t burst_ns) const {
        return paid_at_ns_ <= now_ns + burst_ns;
    }
    void use(std::int64_t began_ns, std::int64_t ended_ns, std::int64_t burst_ns) {
        const std::int64_t paid_at_ns =
            std::max(began_ns, paid_at_ns_) + (ended_ns - began_ns) * 4 / 3;
        // The clock also counts while others have the processor. That must not become a long
        // break, in which the poller insists all the time.
        paid_at_ns_ = std::min(paid_at_ns, ended_ns + 2 * burst_ns);
    }

private:
    std::int64_t paid_at_ns_ = 0;  // when all work so far is paid for with three quarters of time
};
thread_local Allowance allowance;

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* bio_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
        ENSURE(made != nullptr && BIO_meth_set_read_ex(made, bio_read) == 1 &&
               BIO_meth_set_write_ex(made, bio_write) == 1 &&
               BIO_meth_set_ctrl(made, bio_control) == 1);
        return made;
    }();
    return method;
}

Failure failure_of(unsigned long error) {
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return Failure::other;
    switch (ERR_GET_REASON(error)) {  // an open set: OpenSSL's reasons
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST: return Failure::plain_http;
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_INAPPROPRIATE_FALLBACK:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return Failure::version;
        case SSL_R_NO_SHARED_CIPHER:
        case SSL_R_NO_SHARED_GROUPS:
        case SSL_R_NO_SUITABLE_GROUPS:
        case SSL_R_NO_SUITABLE_KEY_SHARE:
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
        case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS: return Failure::suite;
        case SSL_R_NO_APPLICATION_PROTOCOL: return Failure::protocol;
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA: return Failure::certificate_refused;
        default: return Failure::other;
    }
}

}  // namespace

TlsStream::TlsStream(std::unique_ptr<os::Stream> socket, SslOwner ssl,
                     std::shared_ptr<Gate::State> state)
    : socket_{std::move(socket)}, state_{std::move(state)}, ssl_{std::move(ssl)} {
    BIO* const bio = BIO_new(bio_method());
    ENSURE(bio != nullptr);  // a hundred bytes
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);  // owns it
    SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() {
    hear_last_word();
    if (!established_ && !failure_counted_) state_->count(Failure::abandoned);
    send_close_notify();
}

// Who does not trust our certificate says so and hangs up at once, often before the rest of our
// words is read: a reset, which the poller tells before there was a read. It is what an operator
// must know of all failures. Only behind our first answer: what is left to do then is cheap.
void TlsStream::hear_last_word() {
    if (established_ || failure_counted_ || end_ != End::none || SSL_in_before(ssl_.get()) == 1)
        return;
    std::array<char, read_bytes_min> unheard;
    const os::Moved raw = socket_->read(std::span{unheard}.subspan(held_bytes_max));
    if (raw.how != os::Moved::How::some) return;
    ciphertext_ = {unheard.data() + held_bytes_max, raw.bytes};
    static_cast<void>(decrypt(unheard));
    ciphertext_ = {};
}

os::Moved TlsStream::read(std::span<char> into) {
    using How = os::Moved::How;
    const auto ended = [this] {
        switch (end_) {
            case End::none: return os::Moved{How::blocked, 0};
            case End::finished: return os::Moved{How::finished, 0};
            case End::broken: return os::Moved{How::broken, 0};
        }
        unreachable_value();
    };
    if (end_ != End::none) return ended();
    ENSURE(into.size() >= read_bytes_min);
    const bool is_handshake = !established_;
    const std::int64_t began = is_handshake ? state_->clock.monotonic_ns() : 0;
    if (is_handshake && !allowance.has_some(began, state_->options.handshake_burst_ns))
        return {How::blocked, 0};  // the poller will insist

    // Ciphertext goes into the back of the buffer, plaintext comes to its front. Plaintext is never
    // longer than the ciphertext it was, so it cannot reach what is not decrypted yet: between the
    // two is always the room of what OpenSSL held before.
    const os::Moved raw = socket_->read(into.subspan(held_bytes_max));
    if (raw.how != How::some) return raw;
    ciphertext_ = {into.data() + held_bytes_max, raw.bytes};
    const std::size_t bytes = decrypt(into);
    ciphertext_ = {};
    if (is_handshake) {
        allowance.use(began, state_->clock.monotonic_ns(), state_->options.handshake_burst_ns);
    }
    if (bytes == 0) return ended();
    if (end_ != End::none) socket_->stop_reading();
    return {How::some, bytes};
}

std::size_t TlsStream::decrypt(std::span<char> into) {
    std::size_t filled = 0;
    for (;;) {
        std::size_t count = 0;
        ERR_clear_error();
        const int done = SSL_read_ex(ssl_.get(), into.data() + filled,
                                     std::min(into.size() - filled, record_bytes_max), &count);
        if (!established_ && SSL_is_init_finished(ssl_.get()) == 1) note_established();
        if (done != 1) {
            note_end(SSL_get_error(ssl_.get(), done));
            return filled;
        }
        filled += count;
        ENSURE(ciphertext_.empty() || into.data() + filled <= ciphertext_.data());
        if (ciphertext_.empty() && SSL_pending(ssl_.get()) == 0) return filled;
    }
}

void TlsStream::note_established() {
    established_ = true;
    ++(SSL_version(ssl_.get()) == TLS1_3_VERSION ? state_->handshakes_1_3 : state_->handshakes_1_2);
    if (SSL_session_reused(ssl_.get()) == 1) ++state_->resumed;
}

void TlsStream::note_end(int ssl_error) {
    if (ssl_error == SSL_ERROR_WANT_READ) {
        ENSURE(ciphertext_.empty());
    } else if (ssl_error == SSL_ERROR_ZERO_RETURN) {
        end_ = End::finished;
    } else {
        end_ = End::broken;
        may_say_goodbye_ = false;
        if (!established_) note_failure();
    }
}

void TlsStream::note_failure() {
    const Failure failure = failure_of(ERR_peek_error());
    failure_counted_ = true;
    state_->count(failure);
    // Nothing was decrypted and nothing will be: this is for the eyes of whoever sent it.
    if (failure == Failure::plain_http && !state_->options.answer_to_plain_http.empty())
        static_cast<void>(socket_->write(state_->options.answer_to_plain_http));
}

os::Moved TlsStream::write(std::string_view bytes) {
    using How = os::Moved::How;
    if (!established_ || end_ == End::broken) return {How::broken, 0};
    bytes = bytes.substr(0, write_bytes_max);
    std::size_t taken = 0;
    while (taken < bytes.size()) {
        std::size_t count = 0;
        ERR_clear_error();
        const int done =
            SSL_write_ex(ssl_.get(), bytes.data() + taken, bytes.size() - taken, &count);
        if (done != 1) {
            may_say_goodbye_ = false;
            if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_WRITE) {
                end_ = End::broken;
                return {How::broken, 0};
            }
            // Part of a record is on its way: the caller comes back with the same bytes, and only
            // then are they moved.
            return {taken == 0 ? How::blocked : How::some, taken};
        }
        may_say_goodbye_ = true;
        taken += count;
    }
    return {How::some, taken};
}

void TlsStream::finish_writing() {
    send_close_notify();
    socket_->finish_writing();
}

void TlsStream::abort() {
    may_say_goodbye_ = false;
    socket_->abort();
}

void TlsStream::send_close_notify() {
    if (!established_ || !may_say_goodbye_) return;
    may_say_goodbye_ = false;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // best effort
}

}  // namespace coffer::tls
