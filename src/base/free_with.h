#pragma once

namespace coffer {

/// For std::unique_ptr over a C library's objects: `std::unique_ptr<BIO, FreeWith<BIO_free>>`.
template <auto free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        free(object);
    }
};

}  // namespace coffer
