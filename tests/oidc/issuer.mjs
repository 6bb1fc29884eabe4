// A real OpenID provider for the tests: node issuer.mjs PORT KEYFILE NAME…
// It publishes the keys of these names and signs with those of the first. GET /test/publish?names=
// changes that. Keys are made when a name is new and kept in the file, so that a restart has them.
// A client's id says tenant and algorithm: `t1.ES256`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const [port, keyFile, ...names] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const resource = "urn:coffer:wallets";
const algorithms = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];
const keys = existsSync(keyFile) ? JSON.parse(readFileSync(keyFile)) : {}; // one of each type

async function keysOf(name) {
    if (!keys[name]) {
        const made = [];
        for (const [kind, algorithm, options] of [
            ["rsa", "RS256", { modulusLength: 2048 }],
            ["p256", "ES256", {}],
            ["p384", "ES384", {}],
            ["ed", "EdDSA", { crv: "Ed25519" }],
        ]) {
            const pair = await generateKeyPair(algorithm, { ...options, extractable: true });
            made.push({ ...(await exportJWK(pair.privateKey)), kid: `${name}-${kind}`, use: "sig" });
        }
        keys[name] = made;
        writeFileSync(keyFile, JSON.stringify(keys));
    }
    return keys[name];
}

async function providerWith(names) {
    const sets = [];
    for (const name of names) sets.push(...(await keysOf(name)));
    const jwks = { keys: sets };
    const clients = ["t1", "t2"].flatMap((tenant) =>
        algorithms.map((algorithm) => ({
            client_id: `${tenant}.${algorithm}`,
            client_secret: "a-secret",
            grant_types: ["client_credentials"],
            redirect_uris: [],
            response_types: [],
            scope: "wallet:deposit wallet:read",
        })),
    );
    return new Provider(issuer, {
        jwks,
        scopes: ["wallet:deposit", "wallet:read"],
        cookies: { keys: ["a-secret-of-the-test"] },
        clients,
        features: {
            devInteractions: { enabled: false },
            clientCredentials: { enabled: true },
            resourceIndicators: {
                enabled: true,
                defaultResource: () => resource,
                getResourceServerInfo: (context, _resource, client) => ({
                    scope: "wallet:deposit wallet:read",
                    audience: "coffer",
                    accessTokenTTL: 600,
                    accessTokenFormat: "jwt",
                    jwt: { sign: { alg: client.clientId.split(".")[1] } },
                }),
            },
        },
        extraTokenClaims: (context, token) => ({
            tenant_id: token.clientId.split(".")[0],
            type: "access",
        }),
        enabledJWA: { idTokenSigningAlgValues: algorithms },
    });
}

let handle = (await providerWith(names)).callback();
createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname !== "/test/publish") return handle(request, response);
    handle = (await providerWith(url.searchParams.get("names").split(","))).callback();
    response.end("done");
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
