package dev.writ.gateway.envoy;

import dev.writ.connect.Dialogue;
import dev.writ.gateway.auditing.RejectedInputs;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Outsider;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.Telling;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.identity.Bearers;
import dev.writ.gateway.identity.Presented;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.WireConfig;
import dev.writ.model.Effect;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonString;
import dev.writ.rules.Hint;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides on requests that an Envoy is about to pass on, for whoever sent them. Whatever fails is a denial. */
@ApplicationScoped
class Checks {

    static final String WHERE = "grpc envoy.service.auth.v3.Authorization/Check";

    private static final String AUTHORIZATION = "authorization";
    private static final String PROOF = "dpop";
    private static final String PERSON = "writ-on-behalf-of";
    private static final String CALL = "writ-call-id";

    private final Bearers bearers;
    private final ToolCalls calls;
    private final RejectedInputs rejected;
    private final EnvoyConfig config;
    private final JsonLimits limits;

    Checks(Bearers bearers, ToolCalls calls, RejectedInputs rejected, EnvoyConfig config, WireConfig wire) {
        this.bearers = bearers;
        this.calls = calls;
        this.rejected = rejected;
        this.config = config;
        this.limits = new JsonLimits(
                (int) Math.min(wire.maxJsonSize().asLongValue(), Integer.MAX_VALUE - 1), wire.maxJsonDepth());
    }

    /** The answer to a {@code CheckRequest}; never fails. */
    Uni<byte[]> check(byte[] message, SocketAddress envoy) {
        return Uni.createFrom()
                .deferred(() -> {
                    CheckRequest request = CheckRequest.read(message);
                    return bearers.as(presented(request), envoy, () -> decide(request));
                })
                .onFailure()
                .recoverWithItem(failure -> refused(ProblemMapper.told(failure), Map.of()));
    }

    /** The URL is that of the request, by the host that the Envoy has a route for. */
    private Presented presented(CheckRequest request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        request.headers().forEach(headers::add);
        return new Presented(
                headers,
                request.method(),
                Optional.of(request.path())
                        .map(path -> path.replaceAll("[?#].*", ""))
                        .filter(path -> path.startsWith("/"))
                        .map(path -> request.scheme() + "://" + request.host() + path)
                        .flatMap(Checks::url),
                config.callerCertificates() ? certificate(request.certificate()) : Optional.empty());
    }

    private static Optional<URI> url(String text) {
        try {
            return Optional.of(URI.create(text)).filter(url -> url.getHost() != null);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static Optional<X509Certificate> certificate(String escaped) {
        if (escaped.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] pem = URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .getBytes(StandardCharsets.UTF_8);
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
        } catch (CertificateException | IllegalArgumentException broken) {
            throw new Problem(ProblemType.MALFORMED, "The caller's certificate cannot be read. Nothing was passed on.");
        }
    }

    private Uni<byte[]> decide(CheckRequest request) {
        return Intent.of(request, config.headers(), limits)
                .fold(call -> decide(request, call), talk -> Uni.createFrom().item(passed(request, Map.of())));
    }

    private Uni<byte[]> decide(CheckRequest request, Intent.Call call) {
        calls.requireCalled(call.tool(), call.own());
        return calls.submit(
                        new Submission(
                                Optional.empty(),
                                call.tool(),
                                call.arguments(),
                                Optional.empty(),
                                Optional.empty(),
                                request.header(PERSON),
                                Mode.DECIDE),
                        Dialogue.NONE)
                .chain(state -> calls.hint(state).map(hint -> answer(request, state, hint)));
    }

    private static byte[] answer(CheckRequest request, CallState state, Optional<Hint> hint) {
        Map<String, String> call = Map.of(CALL, state.call().toString());
        Optional<String> objection = objection(state, hint);
        if (objection.isEmpty()) {
            return passed(request, call);
        }
        Problem denied = new Problem(ProblemType.DENIED, objection.get())
                .with("callId", new JsonString(state.call().toString()))
                .with("effect", new JsonString(state.effect().text()))
                .with("reason", new JsonString(state.reason()));
        state.rule().ifPresent(rule -> denied.with("rule", new JsonString(rule)));
        return denial(denied, call);
    }

    private static Optional<String> objection(CallState state, Optional<Hint> hint) {
        if (state.effect() == Effect.DENY) {
            return Optional.of(Telling.of(state, hint));
        }
        if (state.effect() == Effect.ESCALATE) {
            return Optional.of("People have to agree to it, and a request that is passed on waits for nobody: "
                    + state.reason() + ". Nothing was executed.");
        }
        return Outsider.TOLD_YES_OR_NO
                .unmet(state.obligations())
                .map(verb ->
                        "It is allowed only with '" + verb + "', which nobody sees to here. Nothing was executed.");
    }

    /** What is for Writ stays with it: no upstream sees a key, and none is told of a call that was not decided. */
    private static byte[] passed(CheckRequest request, Map<String, String> added) {
        List<String> removed = new ArrayList<>(List.of(AUTHORIZATION, PROOF, PERSON));
        if (added.isEmpty()) {
            removed.add(CALL);
        }
        removed.removeIf(name -> request.header(name).isEmpty());
        return CheckResponse.allowed(added, removed);
    }

    private byte[] refused(Problem problem, Map<String, String> headers) {
        rejected.add(Optional.empty(), problem.type(), WHERE);
        return denial(problem, headers);
    }

    private static byte[] denial(Problem problem, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("content-type", Problem.MEDIA_TYPE);
        return CheckResponse.denied(
                problem.type().status(),
                all,
                problem.document(ProblemMapper.traceId()).toBytes());
    }
}
