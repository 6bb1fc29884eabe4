#include "store_embedded/segment_image.h"

#include <cstring>
#include <new>
#include <utility>

#include "store_embedded/batch.h"

namespace coffer::store_embedded {

SegmentImage::SegmentImage(std::uint64_t bytes)
    : bytes_{bytes},
      memory_{static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{block_bytes}))} {}

void SegmentImage::clear() { std::memset(memory_.get(), 0, bytes_); }

void SegmentImage::Free::operator()(std::uint8_t* memory) const {
    ::operator delete (memory, std::align_val_t{block_bytes});
}

ImagePool::ImagePool() : spare_{std::make_shared<Spare>()} {}

std::shared_ptr<SegmentImage> ImagePool::take(std::uint64_t bytes) {
    std::unique_ptr<SegmentImage> image;
    {
        std::lock_guard hold{spare_->mutex};
        image = std::move(spare_->image);
    }
    if (!image || image->size() != bytes) image = std::make_unique<SegmentImage>(bytes);
    return adopt(std::move(image));
}

void ImagePool::make_spare_once(std::uint64_t bytes) {
    {
        std::lock_guard hold{spare_->mutex};
        if (std::exchange(spare_->made, true)) return;
    }
    auto image = std::make_unique<SegmentImage>(bytes);
    image->clear();
    std::lock_guard hold{spare_->mutex};
    if (!spare_->image) spare_->image = std::move(image);
}

std::shared_ptr<SegmentImage> ImagePool::adopt(std::unique_ptr<SegmentImage> image) {
    return {image.release(), [spare = spare_](SegmentImage* returned) {
                std::unique_ptr<SegmentImage> owned{returned};
                std::lock_guard hold{spare->mutex};
                if (!spare->image) spare->image = std::move(owned);
            }};
}

}  // namespace coffer::store_embedded
