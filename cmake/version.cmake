# <coffer_version.h> for the layer `app`: written again at build time only when `git describe`
# changed.
set(version_dir ${PROJECT_BINARY_DIR}/generated)
add_custom_target(coffer_version_header
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
            -DOUTPUT=${version_dir}/coffer_version.h
            -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${version_dir}/coffer_version.h
    COMMENT "version")
add_library(coffer_version INTERFACE)
target_include_directories(coffer_version INTERFACE ${version_dir})
add_dependencies(coffer_version coffer_version_header)
