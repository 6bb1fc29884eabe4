# The page at /docs. Looked at by every build: Swagger UI's files are fetched once, and a build that
# could not have them tries again later. The text of the output holds the hash of each file, so that
# it changes, and is compiled again, when one of them does.
function(embed_docs_page target)
    set(output ${PROJECT_BINARY_DIR}/generated/api/docs_files.cpp)
    add_custom_target(docs_page
        COMMAND /usr/bin/python3 ${PROJECT_SOURCE_DIR}/tools/docs_page.py
                ${PROJECT_SOURCE_DIR}/api/docs ${PROJECT_SOURCE_DIR}/build/vendored ${output}
        BYPRODUCTS ${output}
        VERBATIM
        COMMENT "docs page")
    target_sources(${target} PRIVATE ${output})
    add_dependencies(${target} docs_page)
endfunction()
