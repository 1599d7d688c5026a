package dev.writ.gateway.token;

import dev.writ.model.Digest;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The console as a client of one issuer: the authorization code flow (OpenID Connect Core 1.0 3.1) with PKCE (RFC 7636). The code is worth
 * nothing to whoever has not the verifier, and what it brings is the ID token, made for this client and this sign-in. The access token that
 * comes along is not kept and not used.
 */
final class RelyingParty {

    private static final Logger LOG = Logger.getLogger(RelyingParty.class);

    /** It stands in a path, which the issuer compares. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 24);
    private static final int OK = 200;
    private static final int RANDOM_BYTES = 32;
    private static final int LONGEST_CODE = 4 * 1024;
    private static final int MOST_TOLD = 300;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,64}");

    private final String name;
    private final String client;
    private final IssuersConfig.IssuerConfig config;
    private final Issuer issuer;
    private final Fetch fetch;
    private final SecureRandom random;
    private final IdTokens idTokens;
    private final Optional<String> authorization;

    RelyingParty(
            String name,
            String client,
            IssuersConfig.IssuerConfig config,
            Issuer issuer,
            Fetch fetch,
            SecureRandom random,
            InstantSource clock) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "writ.issuers." + name + ": a name at which people sign in is letters, digits, '.', '_' and '-'");
        }
        this.name = name;
        this.client = client;
        this.config = config;
        this.issuer = issuer;
        this.fetch = fetch;
        this.random = random;
        this.idTokens = new IdTokens(client, config, issuer, clock);
        this.authorization = config.signIn().clientSecretFile().map(file -> basic(client, secret(name, file)));
    }

    Logins.Offer offer() {
        return new Logins.Offer(name, config.signIn().label().orElse(name));
    }

    boolean isFor(String url, String otherClient) {
        return config.url().equals(url) && client.equals(otherClient);
    }

    Uni<Logins.Begun> begin(URI back, boolean again) {
        return metadata().map(metadata -> {
            PendingLogin pending = new PendingLogin(name, random(), random(), random(), back);
            return new Logins.Begun(endpoint(metadata.authorization(), Form.encoded(asked(pending, again))), pending);
        });
    }

    private Map<String, String> asked(PendingLogin pending, boolean again) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("response_type", "code");
        asked.put("client_id", client);
        asked.put("redirect_uri", pending.back().toString());
        asked.put("scope", String.join(" ", config.signIn().scopes()));
        asked.put("state", pending.state());
        asked.put("nonce", pending.nonce());
        asked.put("code_challenge", challenge(pending.verifier()));
        asked.put("code_challenge_method", "S256");
        config.signIn().maxAge().ifPresent(age -> asked.put("max_age", String.valueOf(age.toSeconds())));
        config.signIn().acrValues().ifPresent(values -> asked.put("acr_values", String.join(" ", values)));
        if (again) {
            asked.put("prompt", "login");
        }
        return asked;
    }

    Uni<LoggedIn> end(PendingLogin pending, Map<String, List<String>> returned) {
        return Uni.createFrom().deferred(() -> {
            if (!pending.isStatedBy(one(returned, "state").orElse(""))) {
                throw Refusal.signIn("This sign-in is not the one that was begun last in this browser.");
            }
            return metadata().chain(metadata -> {
                requireThisIssuer(returned, metadata);
                one(returned, "error").ifPresent(error -> {
                    throw Refusal.signIn(told(error, one(returned, "error_description")));
                });
                String code = one(returned, "code")
                        .filter(given -> !given.isEmpty() && given.length() <= LONGEST_CODE)
                        .orElseThrow(() -> Refusal.signIn("The issuer sent neither a code nor an error."));
                return exchanged(endpoint(metadata.token(), ""), code, pending)
                        .chain(tokens -> idTokens.verified(
                                tokens.text("id_token")
                                        .orElseThrow(() -> Refusal.signIn("The issuer sent no ID token.")),
                                tokens.text("access_token"),
                                pending.nonce()));
            });
        });
    }

    /** RFC 9207 2.4: so that no answer of one issuer is taken for another's. */
    private void requireThisIssuer(Map<String, List<String>> returned, IssuerMetadata.Announced metadata) {
        Optional<String> named = one(returned, "iss");
        if (named.isPresent() ? !named.get().equals(config.url()) : metadata.promisesIssuer()) {
            throw Refusal.signIn("The answer is not of the issuer that was asked.");
        }
    }

    private Uni<JsonObject> exchanged(URI endpoint, String code, PendingLogin pending) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", pending.back().toString());
        form.put("code_verifier", pending.verifier());
        if (authorization.isEmpty()) {
            form.put("client_id", client);
        }
        return fetch.post(endpoint, form, authorization, config.timeout())
                .onFailure()
                .transform(this::away)
                .map(this::tokens);
    }

    /** RFC 6749 5: tokens, or why there are none. */
    private JsonObject tokens(Fetch.Answer answer) {
        Optional<JsonObject> read = read(answer.body());
        if (answer.status() == OK && read.isPresent()) {
            return read.get();
        }
        String error = read.flatMap(body -> body.text("error"))
                .filter(text -> ERROR.matcher(text).matches())
                .orElse("status " + answer.status());
        LOG.warnf("an issuer gives no tokens for a code issuer=%s error=%s", name, error);
        throw Refusal.signIn(
                "The issuer did not take the code (" + error
                        + "). A code counts once, and not for long; if it happens again, have an operator look at the gateway's log.");
    }

    private static Optional<JsonObject> read(String body) {
        try {
            return JsonValue.parse(body.getBytes(StandardCharsets.UTF_8), LIMITS) instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonException unreadable) {
            return Optional.empty();
        }
    }

    private Uni<IssuerMetadata.Announced> metadata() {
        return issuer.metadata().onFailure().transform(this::away);
    }

    private Throwable away(Throwable why) {
        LOG.warnf("an issuer cannot be asked for a sign-in issuer=%s cause=%s", name, why.toString());
        return Refusal.away(name);
    }

    /** One that is fit to be used, with this added to its query. */
    private URI endpoint(Optional<URI> announced, String query) {
        URI endpoint = announced
                .filter(uri -> HttpFetch.isSafe(uri) && uri.getRawFragment() == null)
                .orElseThrow(() -> {
                    LOG.warnf("an issuer announces no endpoints for signing in, or not over https issuer=%s", name);
                    return Refusal.away(name);
                });
        return query.isEmpty() ? endpoint : URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + query);
    }

    /** RFC 6749 3.1: none is there twice. */
    private static Optional<String> one(Map<String, List<String>> returned, String parameter) {
        List<String> values = returned.getOrDefault(parameter, List.of());
        if (values.size() > 1) {
            throw Refusal.signIn("The issuer's answer says '" + parameter + "' more than once.");
        }
        return values.stream().findFirst();
    }

    private static String told(String error, Optional<String> description) {
        String text = description
                .filter(words -> !words.isBlank())
                .map(words -> error + ", " + words)
                .orElse(error);
        return "The issuer says: " + (text.length() > MOST_TOLD ? text.substring(0, MOST_TOLD) + "..." : text) + ".";
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** RFC 7636 4.2. */
    private static String challenge(String verifier) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        Digest.of(verifier.getBytes(StandardCharsets.US_ASCII)).bytes());
    }

    /** RFC 6749 2.3.1. */
    private static String basic(String client, String secret) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((Form.encoded(client) + ":" + Form.encoded(secret))
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String secret(String name, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "writ.issuers." + name + ".sign-in.client-secret-file " + file + " cannot be read", unreadable);
        }
    }
}
