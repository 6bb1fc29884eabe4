#include "os/file_system_kind.h"

#include <linux/magic.h>
#include <sys/vfs.h>

namespace coffer::os {

std::string_view weakness_of_file_system(const std::string& folder) {
    struct statfs about {};
    if (::statfs(folder.c_str(), &about) != 0) return {};
    switch (static_cast<unsigned long>(about.f_type)) {
        case TMPFS_MAGIC:
        case RAMFS_MAGIC: return "in memory: a power cut, or the next boot, takes the whole book";
        case OVERLAYFS_SUPER_MAGIC:
            return "an overlay, such as a container's own: the book goes with the container";
        case NFS_SUPER_MAGIC:
        case SMB_SUPER_MAGIC:
        case SMB2_SUPER_MAGIC:
        case CIFS_SUPER_MAGIC:
            return "on the network: whether its syncs are durable the other machine decides";
        case FUSE_SUPER_MAGIC:
        case V9FS_MAGIC: return "a program's (FUSE, 9p): whether its syncs are durable it decides";
        default: return {};
    }
}

}  // namespace coffer::os
