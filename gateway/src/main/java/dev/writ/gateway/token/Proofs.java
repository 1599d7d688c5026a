package dev.writ.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import dev.writ.model.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks proofs that the sender of a token has the key that it is bound to (RFC 9449 4.3). Each proof is good for one request, at this
 * replica; at another one it would be good once more, within the same minute.
 */
@ApplicationScoped
public class Proofs {

    /** How old a proof may be, and how far ahead its clock. */
    static final Duration AGE = Duration.ofSeconds(60);

    static final Duration AHEAD = Duration.ofSeconds(5);

    /** Proofs that are remembered; more of them within their time are refused, because none may be forgotten. */
    static final int MOST = 100_000;

    private static final int LONGEST = 8 * 1024;

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.RS256, JWSAlgorithm.PS256);

    /**
     * A proof that was used.
     *
     * @param forgotten when it is too old to be used again
     */
    private record Used(String id, Instant forgotten) {}

    private final InstantSource clock;
    private final Set<String> used = new HashSet<>();
    private final Deque<Used> byAge = new ArrayDeque<>();

    Proofs(InstantSource clock) {
        this.clock = clock;
    }

    /** The names of the signatures that are taken. */
    public static List<String> algorithms() {
        return ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().toList();
    }

    /**
     * Uses up a proof, or fails with a {@link dev.writ.gateway.problem.Problem}.
     *
     * @param token that it is sent with
     * @param thumbprint of the key that the token is bound to
     * @param method of the request
     * @param url of the request, as callers know it; query and fragment do not count
     */
    public void use(String proof, String token, String thumbprint, String method, URI url) {
        JWSObject parsed = parse(proof);
        JWSHeader header = parsed.getHeader();
        JWK key = header.getJWK();
        if (header.getType() == null
                || !"dpop+jwt".equals(header.getType().getType().toLowerCase(Locale.ROOT))
                || !ALGORITHMS.contains(header.getAlgorithm())
                || header.getCriticalParams() != null
                || key == null
                || key.isPrivate()) {
            throw refusal("its header is not that of a DPoP proof");
        }
        if (!thumbprint.equals(thumbprint(key))) {
            throw refusal("it is signed with another key than the token is bound to");
        }
        if (!Issuer.isSignedBy(parsed, key)) {
            throw refusal("its signature is not valid");
        }
        Claims claims = Claims.read(parsed.getPayload().toBytes());
        requireThisRequest(claims, token, method, url);
        requireNew(thumbprint, claims);
    }

    private static void requireThisRequest(Claims claims, String token, String method, URI url) {
        if (claims.name("htm").filter(method::equals).isEmpty()) {
            throw refusal("'htm' is not the method of the request");
        }
        if (claims.members().text("htu").filter(htu -> isSame(htu, url)).isEmpty()) {
            throw refusal("'htu' is not the URL of the request");
        }
        String digest = Base64URL.encode(
                        Digest.of(token.getBytes(StandardCharsets.US_ASCII)).bytes())
                .toString();
        if (claims.name("ath").filter(digest::equals).isEmpty()) {
            throw refusal("'ath' is not the digest of the token");
        }
    }

    private void requireNew(String thumbprint, Claims claims) {
        Instant now = clock.instant();
        Instant made = claims.time("iat").orElseThrow(() -> refusal("it does not say when it was made"));
        if (made.isBefore(now.minus(AGE)) || made.isAfter(now.plus(AHEAD))) {
            throw refusal("it was not made just now. Compare your clock with ours");
        }
        String id = claims.name("jti").orElseThrow(() -> refusal("it has no 'jti'"));
        Digest once = Digest.of((thumbprint + " " + id).getBytes(StandardCharsets.UTF_8));
        if (!remember(once.value(), now)) {
            throw refusal("it was used before. Make one for each request");
        }
    }

    /** Whether it was not there yet. All are forgotten after the same time, so that the oldest always goes first. */
    private synchronized boolean remember(String id, Instant now) {
        while (!byAge.isEmpty() && !byAge.getFirst().forgotten().isAfter(now)) {
            used.remove(byAge.removeFirst().id());
        }
        if (used.size() >= MOST) {
            throw refusal("too many are in use at this time. Retry in a minute");
        }
        if (!used.add(id)) {
            return false;
        }
        byAge.addLast(new Used(id, now.plus(AGE).plus(AHEAD).plusSeconds(1)));
        return true;
    }

    /** RFC 9449 4.3, with the normalisation of RFC 3986 6.2.2 and 6.2.3 as far as clients need it. */
    private static boolean isSame(String htu, URI url) {
        try {
            URI stated = URI.create(htu);
            return url.getScheme().equalsIgnoreCase(stated.getScheme())
                    && url.getHost().equalsIgnoreCase(stated.getHost())
                    && port(url) == port(stated)
                    && url.getRawPath().equals(stated.getRawPath());
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static String thumbprint(JWK key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException unknown) {
            throw refusal("its key is of no kind that is known here");
        }
    }

    private static JWSObject parse(String proof) {
        try {
            if (proof.length() <= LONGEST) {
                return JWSObject.parse(proof);
            }
        } catch (ParseException | IllegalArgumentException none) {
            throw refusal("it is no signed JWT");
        }
        throw refusal("it is longer than " + LONGEST + " characters");
    }

    private static RuntimeException refusal(String why) {
        return Refusal.because("of its DPoP proof: " + why);
    }
}
