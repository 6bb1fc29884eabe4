# The description that the service serves at /openapi.json, made from api/*.yaml. Debian's own
# interpreter: another one first on PATH would lack python3-yaml.
function(embed_openapi target)
    set(script ${PROJECT_SOURCE_DIR}/tools/openapi.py)
    set(inputs ${PROJECT_SOURCE_DIR}/api/openapi.yaml ${PROJECT_SOURCE_DIR}/api/errors.yaml)
    set(output ${PROJECT_BINARY_DIR}/generated/api/openapi_json.cpp)
    add_custom_command(
        OUTPUT ${output}
        COMMAND /usr/bin/python3 ${script} ${inputs} ${output}
        DEPENDS ${script} ${inputs}
        VERBATIM
        COMMENT "openapi.json")
    target_sources(${target} PRIVATE ${output})
endfunction()
