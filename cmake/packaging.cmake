# The Debian package: `cpack -G DEB` in build/release, or ./dev package.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR NOT TARGET coffer)
    return()
endif()

set(made ${PROJECT_BINARY_DIR}/packaging)
set(man ${made}/coffer.1.gz)
set(changelog ${made}/CHANGELOG.md.gz)
set(debian_changelog ${made}/changelog.gz)
configure_file(${PROJECT_SOURCE_DIR}/packaging/debian/changelog.in ${made}/changelog @ONLY)
add_custom_command(
    OUTPUT ${man} ${changelog} ${debian_changelog}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
    COMMAND sh -c "gzip -9nc packaging/coffer.1 > ${man}"
    COMMAND sh -c "gzip -9nc CHANGELOG.md > ${changelog}"
    COMMAND sh -c "gzip -9nc ${made}/changelog > ${debian_changelog}"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${PROJECT_SOURCE_DIR}/packaging/coffer.1 ${PROJECT_SOURCE_DIR}/CHANGELOG.md
            ${made}/changelog
    VERBATIM
    COMMENT "man page")
add_custom_target(packaging_files ALL DEPENDS ${man} ${changelog} ${debian_changelog})

# The prefix is /, so that what belongs into /etc needs no exception.
set(share usr/share)
set(doc ${share}/doc/coffer)
set(from ${PROJECT_SOURCE_DIR}/packaging)
install(TARGETS coffer RUNTIME DESTINATION usr/bin)
install(FILES ${from}/coffer.service DESTINATION usr/lib/systemd/system)
install(FILES ${from}/coffer.toml DESTINATION etc/coffer PERMISSIONS OWNER_READ OWNER_WRITE
        GROUP_READ WORLD_READ)
install(FILES ${man} DESTINATION ${share}/man/man1)
install(FILES ${changelog} ${debian_changelog} ${from}/debian/copyright DESTINATION ${doc})
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/README.zh.md
        ${PROJECT_SOURCE_DIR}/docs/configuration.md ${PROJECT_SOURCE_DIR}/docs/tls.md
        ${PROJECT_SOURCE_DIR}/docs/journal-format.md
        ${PROJECT_SOURCE_DIR}/api/openapi.yaml ${PROJECT_SOURCE_DIR}/api/errors.yaml
        DESTINATION ${doc})
install(FILES ${from}/completion.bash DESTINATION ${share}/bash-completion/completions
        RENAME coffer)
install(FILES ${from}/completion.zsh DESTINATION ${share}/zsh/vendor-completions RENAME _coffer)
install(FILES ${from}/completion.fish DESTINATION ${share}/fish/vendor_completions.d
        RENAME coffer.fish)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME coffer)
set(CPACK_PACKAGE_CONTACT "Coffer maintainers <maintainers@coffer.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"wallets with double-entry books
Keeps the money of an application's users: deposits, withdrawals, transfers
and freezes over HTTP. Every movement is one balanced journal entry, durable
before it is answered, applied exactly once, and provable afterwards. One
process with its own store.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${from}/debian/postinst ${from}/debian/prerm
    ${from}/debian/postrm ${from}/debian/conffiles)
include(CPack)
