#pragma once

// The HTTP framing cases: reference/faults.md 7.3, rows 51 to 73. One line a case: the row, what it
// is, the bytes, the status, and whether the connection is closed. Included by tests only.
#include <string>
#include <vector>

namespace coffer::http::testing {

struct FramingCase {
    std::string name;
    std::string bytes;
    int status;
    bool closed;
};

inline std::string get(const std::string& headers) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
inline std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}
inline std::string line(const std::string& request_line) {
    return request_line + "\r\nHost: a\r\n\r\n";
}
inline std::string host(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}
inline std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}
inline const std::string nul(1, '\0');

inline const std::vector<FramingCase> framing_cases{
    // 51 Content-Length with Transfer-Encoding
    {"51 length then chunked",
     post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, true},
    {"51 chunked then length",
     post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400, true},
    {"51 length with identity", post("Content-Length: 0\r\nTransfer-Encoding: identity\r\n", ""),
     400, true},
    // 52 two lengths
    {"52 two equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400, true},
    {"52 two different", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400, true},
    {"52 list", post("Content-Length: 5, 5\r\n", "hello"), 400, true},
    {"52 list without blank", post("Content-Length: 5,6\r\n", "hello"), 400, true},
    // 53 odd lengths
    {"53 plus", post("Content-Length: +5\r\n", "hello"), 400, true},
    {"53 minus", post("Content-Length: -1\r\n", ""), 400, true},
    {"53 hexadecimal", post("Content-Length: 0x5\r\n", "hello"), 400, true},
    {"53 underscore", post("Content-Length: 5_0\r\n", "hello"), 400, true},
    {"53 empty", post("Content-Length:\r\n", ""), 400, true},
    {"53 blanks", post("Content-Length:   \r\n", ""), 400, true},
    {"53 two to the 64th", post("Content-Length: 18446744073709551616\r\n", ""), 400, true},
    {"53 forty digits", post("Content-Length: " + std::string(40, '9') + "\r\n", ""), 400, true},
    {"53 decimal", post("Content-Length: 5.0\r\n", "hello"), 400, true},
    {"53 blank inside", post("Content-Length: 5 5\r\n", "hello"), 400, true},
    {"53 quoted", post("Content-Length: \"5\"\r\n", "hello"), 400, true},
    {"53 leading zeros are digits", post("Content-Length: 005\r\n", "hello"), 200, false},
    // 54 transfer encodings
    {"54 identity", post("Transfer-Encoding: identity\r\n", ""), 400, true},
    {"54 xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 gzip before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501,
     true},
    {"54 gzip alone", post("Transfer-Encoding: gzip\r\n", ""), 400, true},
    {"54 chunked first", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400, true},
    {"54 chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 two lines",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 identity line then chunked",
     post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 empty", post("Transfer-Encoding:\r\n", "0\r\n\r\n"), 400, true},
    {"54 leading comma", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400, true},
    {"54 quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400, true},
    {"54 vertical tab",
     post("Transfer-Encoding: \x0b"
          "chunked\r\n",
          "0\r\n\r\n"),
     400, true},
    {"54 form feed", post("Transfer-Encoding: chunked\x0c\r\n", "0\r\n\r\n"), 400, true},
    {"54 NUL", post("Transfer-Encoding: chunked" + nul + "\r\n", "0\r\n\r\n"), 400, true},
    {"54 folded", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400, true},
    {"54 other case", post("transfer-encoding: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200,
     false},
    // 55
    {"55 chunked in 1.0",
     "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true},
    // 56 chunks
    {"56 one chunk", chunked("5\r\nhello\r\n0\r\n\r\n"), 200, false},
    {"56 several, extension, trailer",
     chunked("2;a=\"b\"\r\nhe\r\n3\r\nllo\r\n0;x\r\nX-Sum: 1\r\n\r\n"), 200, false},
    {"56 upper-case digits", chunked("A\r\n0123456789\r\n0\r\n\r\n"), 200, false},
    {"56 size overflow", chunked("10000000000000000\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 size of all f", chunked("ffffffffffffffff\r\nhello"), 400, true},
    {"56 minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 leading blank", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 trailing blank", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 underscore", chunked("5_\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 no size", chunked("\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"56 content too long", chunked("5\r\nhelloX\r\n0\r\n\r\n"), 400, true},
    {"56 content too short", chunked("5\r\nhell\r\n0\r\n\r\n"), 400, true},
    {"56 huge extension", chunked("5;" + std::string(2000, 'x') + "\r\nhello\r\n0\r\n\r\n"), 400,
     true},
    {"56 huge extension without end", chunked("5;" + std::string(4000, 'x')), 400, true},
    {"56 huge trailer", chunked("0\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"), 400, true},
    {"56 trailer without colon", chunked("0\r\nnonsense\r\n\r\n"), 400, true},
    // 57 bare CR, bare LF, NUL
    {"57 LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, true},
    {"57 LF after a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400, true},
    {"57 LF LF", "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\n", 400, true},
    {"57 LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, true},
    {"57 CR in a value", get("X: a\rb\r\n"), 400, true},
    {"57 CR CR LF", get("X: a\r\r\n"), 400, true},
    {"57 CR in the request line", line("GET /a\rb HTTP/1.1"), 400, true},
    {"57 CR in a name", get("X\rY: a\r\n"), 400, true},
    {"57 LF in a chunk line", chunked("5\nhello\r\n0\r\n\r\n"), 400, true},
    {"57 LF after a chunk", chunked("5\r\nhello\n0\r\n\r\n"), 400, true},
    {"57 CR in an extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400, true},
    {"57 LF in the last chunk", chunked("0\n\r\n"), 400, true},
    {"57 LF in a trailer", chunked("0\r\nX: y\n\r\n"), 400, true},
    {"57 NUL in a value", get("X: a" + nul + "b\r\n"), 400, true},
    {"57 NUL in a name", get("X" + nul + ": a\r\n"), 400, true},
    {"57 NUL in the target", line("GET /a" + nul + " HTTP/1.1"), 400, true},
    {"57 NUL in the method", line("GE" + nul + "T / HTTP/1.1"), 400, true},
    {"57 NUL in an extension", chunked("5;" + nul + "\r\nhello\r\n0\r\n\r\n"), 400, true},
    // 58 names
    {"58 blank before the colon", get("X : a\r\n"), 400, true},
    {"58 tab before the colon", get("X\t: a\r\n"), 400, true},
    {"58 length with a blank before the colon", post("Content-Length : 5\r\n", "hello"), 400, true},
    {"58 empty name", get(": a\r\n"), 400, true},
    {"58 no colon", get("nonsense\r\n"), 400, true},
    {"58 control in a name", get("X\x01: a\r\n"), 400, true},
    {"58 non-ASCII name", get("X\xc3\xa9: a\r\n"), 400, true},
    {"58 parenthesis in a name", get("X(Y): a\r\n"), 400, true},
    {"58 first header begins with a blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, true},
    {"58 folded line", get("X: a\r\n b\r\n"), 400, true},
    {"58 folded with a tab", get("X: a\r\n\tb\r\n"), 400, true},
    {"58 obs-text in a value is allowed", get("X: \xc3\xa9\r\n"), 200, false},
    {"58 tab in a value is allowed", get("X: a\tb\r\n"), 200, false},
    {"58 empty value is allowed", get("X:\r\n"), 200, false},
    // 59 Host
    {"59 missing", host(""), 400, true},
    {"59 twice", host("Host: a\r\nHost: a\r\n"), 400, true},
    {"59 empty", host("Host:\r\n"), 400, true},
    {"59 path", host("Host: a/b\r\n"), 400, true},
    {"59 userinfo", host("Host: u@a\r\n"), 400, true},
    {"59 comma", host("Host: a,b\r\n"), 400, true},
    {"59 blank", host("Host: a b\r\n"), 400, true},
    {"59 bad port", host("Host: a:port\r\n"), 400, true},
    {"59 port too high", host("Host: a:65536\r\n"), 400, true},
    {"59 two ports", host("Host: a:1:2\r\n"), 400, true},
    {"59 open bracket", host("Host: [::1\r\n"), 400, true},
    {"59 bracket and rest", host("Host: [::1]x\r\n"), 400, true},
    {"59 port", host("Host: example.com:8080\r\n"), 200, false},
    {"59 IPv6", host("Host: [::1]:8080\r\n"), 200, false},
    {"59 none in 1.0", "GET / HTTP/1.0\r\n\r\n", 200, true},
    {"59 twice in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, true},
    // 60 request line
    {"60 two tokens", line("GET /"), 400, true},
    {"60 one token", line("GET"), 400, true},
    {"60 four tokens", line("GET / x HTTP/1.1"), 400, true},
    {"60 two blanks", line("GET  / HTTP/1.1"), 400, true},
    {"60 trailing blank", line("GET / HTTP/1.1 "), 400, true},
    {"60 leading blank", line(" GET / HTTP/1.1"), 400, true},
    {"60 tab", line("GET\t/\tHTTP/1.1"), 400, true},
    {"60 lower-case version", line("GET / http/1.1"), 400, true},
    {"60 HTTP/0.9", "GET /\r\n", 400, true},
    {"60 HTTP/0.9 in words", line("GET / HTTP/0.9"), 505, true},
    {"60 HTTP/3.7", line("GET / HTTP/3.7"), 505, true},
    {"60 HTTP/2.0", line("GET / HTTP/2.0"), 505, true},
    {"60 HTTP/1", line("GET / HTTP/1"), 400, true},
    {"60 HTTP/1.1.1", line("GET / HTTP/1.1.1"), 400, true},
    {"60 HTTP/11.1", line("GET / HTTP/11.1"), 400, true},
    {"60 HTTP/1.10", line("GET / HTTP/1.10"), 400, true},
    {"60 HTTP/1.x", line("GET / HTTP/1.x"), 400, true},
    {"60 HTTP/1.2 is read as 1.1", line("GET / HTTP/1.2"), 200, false},
    {"60 bad method", line("G@T / HTTP/1.1"), 400, true},
    {"60 target without slash", line("GET path HTTP/1.1"), 400, true},
    {"60 fragment", line("GET /a#b HTTP/1.1"), 400, true},
    {"60 non-ASCII target", line("GET /\xc3\xa9 HTTP/1.1"), 400, true},
    {"60 asterisk with GET", line("GET * HTTP/1.1"), 400, true},
    {"60 asterisk with OPTIONS", line("OPTIONS * HTTP/1.1"), 200, false},
    {"60 absolute form", line("GET http://example.com/x HTTP/1.1"), 200, false},
    {"60 absolute form without path", line("GET http://example.com HTTP/1.1"), 200, false},
    {"60 absolute form with userinfo", line("GET http://u@a/ HTTP/1.1"), 400, true},
    {"60 absolute form of another scheme", line("GET ftp://a/ HTTP/1.1"), 400, true},
    {"60 one empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
    {"60 two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
    // 61 limits
    {"61 request line at the limit", line("GET /" + std::string(8192 - 14, 'a') + " HTTP/1.1"), 200,
     false},
    {"61 request line over", line("GET /" + std::string(8192 - 13, 'a') + " HTTP/1.1"), 414, true},
    {"61 request line without end", "GET /" + std::string(9000, 'a'), 414, true},
    {"61 header line at the limit", get("X: " + std::string(8192 - 3, 'a') + "\r\n"), 200, false},
    {"61 header line over", get("X: " + std::string(8192 - 2, 'a') + "\r\n"), 431, true},
    {"61 section over",
     get("X: " + std::string(8000, 'a') + "\r\nY: " + std::string(8400 - 3, 'a') + "\r\n"), 431,
     true},
    {"61 section over in short lines", get([] {
         std::string all;
         for (int i = 0; i < 40; ++i) all += "X: " + std::string(500, 'a') + "\r\n";
         return all;
     }()),
     431, true},
    {"61 64 headers", get([] {
         std::string all;
         for (int i = 0; i < 63; ++i) all += "X: a\r\n";
         return all;
     }()),
     200, false},
    {"61 65 headers", get([] {
         std::string all;
         for (int i = 0; i < 64; ++i) all += "X: a\r\n";
         return all;
     }()),
     431, true},
    // 62 bodies
    {"62 body at the limit", post("Content-Length: 65536\r\n", std::string(65536, 'b')), 200,
     false},
    {"62 body over, nothing sent", post("Content-Length: 65537\r\n", ""), 413, true},
    {"62 body of a terabyte", post("Content-Length: 1099511627776\r\n", ""), 413, true},
    {"62 chunked over", chunked("10001\r\n"), 413, true},
    {"62 chunked over in two", chunked("8000\r\n" + std::string(0x8000, 'b') + "\r\n8001\r\n"), 413,
     true},
    {"62 batch may be longer",
     "POST /batch HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, 'b'),
     200, false},
    {"62 batch over", "POST /batch HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413,
     true},
    // 63 trailers
    {"63 trailers are ignored",
     chunked("2\r\nhi\r\n0\r\nContent-Length: 9\r\nAuthorization: x\r\nHost: b\r\n\r\n"), 200,
     false},
    // 64 expectations
    {"64 other expectation", post("Expect: 200-ok\r\nContent-Length: 2\r\n", "hi"), 417, true},
    {"64 two expectations",
     post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 2\r\n", "hi"), 417,
     true},
    {"64 too large is refused before 100",
     post("Expect: 100-continue\r\nContent-Length: 99999\r\n", ""), 413, true},
    {"64 in HTTP/1.0 ignored",
     "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi", 200,
     true},
    // 65 upgrades and methods
    {"65 h2c",
     get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
         "AAMAAABkAAQCAAAAAAIAAAAA\r\n"),
     200, false},
    {"65 WebSocket",
     get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n"),
     200, false},
    {"65 CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501, true},
    {"65 TRACE", line("TRACE / HTTP/1.1"), 501, true},
    {"65 unknown method", line("BREW / HTTP/1.1"), 501, true},
    {"65 lower-case method", line("get / HTTP/1.1"), 501, true},
    {"65 h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, true},
    {"65 TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400, true},
    // 67 paths
    {"67 NUL", line("GET /a%00b HTTP/1.1"), 400, true},
    {"67 encoded CR LF", line("GET /a%0d%0aX:b HTTP/1.1"), 400, true},
    {"67 encoded DEL", line("GET /a%7f HTTP/1.1"), 400, true},
    {"67 broken escape", line("GET /a%zz HTTP/1.1"), 400, true},
    {"67 cut escape", line("GET /a%2 HTTP/1.1"), 400, true},
    {"67 dots stay", line("GET /a/../b%2e%2e//c HTTP/1.1"), 200, false},
    // 70 bodies where none is expected
    {"70 GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", 200, false},
    {"70 DELETE with chunks",
     "DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200,
     false},
    // 73 keep-alive
    {"73 close asked for", get("Connection: close\r\n"), 200, true},
    {"73 close in a list", get("Connection: x, Close\r\n"), 200, true},
    {"73 1.0 closes", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 200, true},
    {"73 1.0 keep-alive", "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", 200,
     false},
};

}  // namespace coffer::http::testing
