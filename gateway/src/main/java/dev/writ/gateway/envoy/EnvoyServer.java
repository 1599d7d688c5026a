package dev.writ.gateway.envoy;

import dev.writ.gateway.auditing.RejectedInputs;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The port where Envoys ask. Their own credential says that it is one of them who asks, and nothing of who sent the request. */
@ApplicationScoped
class EnvoyServer {

    private static final Logger LOG = Logger.getLogger(EnvoyServer.class);
    private static final String METHOD = "envoy.service.auth.v3.Authorization/Check";
    private static final int SHORTEST_TOKEN = 32;

    private final EnvoyConfig config;
    private final Checks checks;
    private final RejectedInputs rejected;
    private final Vertx vertx;

    /** Once it listens. */
    private volatile Optional<HttpServer> server = Optional.empty();

    EnvoyServer(EnvoyConfig config, Checks checks, RejectedInputs rejected, Vertx vertx) {
        this.config = config;
        this.checks = checks;
        this.rejected = rejected;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent started) {
        if (!config.enabled()) {
            return;
        }
        Optional<String> token = config.tokenFile().map(EnvoyServer::token);
        if (token.isEmpty() && config.clientAuthority().isEmpty()) {
            throw new IllegalStateException(
                    "anybody could ask in the name of an Envoy; set writ.envoy.token-file or writ.envoy.client-authority");
        }
        GrpcServer grpc = GrpcServer.server(
                vertx,
                new GrpcServerOptions()
                        .setMaxMessageSize(config.maxMessageSize().asLongValue()));
        grpc.callHandler(request -> answer(request, token));
        vertx.createHttpServer(options()).requestHandler(grpc).listen().onComplete(listening -> {
            if (listening.succeeded()) {
                LOG.infof(
                        "Envoys may ask host=%s port=%d",
                        config.host(), listening.result().actualPort());
                server = Optional.of(listening.result());
            } else {
                LOG.errorf(
                        "the port for Envoys cannot be opened host=%s port=%d: %s",
                        config.host(), config.port(), listening.cause().getMessage());
                Quarkus.asyncExit(1);
            }
        });
    }

    void stop(@Observes ShutdownEvent stopping) {
        server.ifPresent(HttpServer::close);
    }

    /** The port that it listens on, once it does. */
    Optional<Integer> port() {
        return server.map(HttpServer::actualPort);
    }

    private HttpServerOptions options() {
        HttpServerOptions options =
                new HttpServerOptions().setHost(config.host()).setPort(config.port());
        config.certificate()
                .ifPresent(certificate -> options.setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificate.toString())
                                .setKeyPath(config.certificateKey()
                                        .orElseThrow(() ->
                                                new IllegalStateException("writ.envoy.certificate-key is missing"))
                                        .toString())));
        config.clientAuthority().ifPresent(authority -> {
            if (config.certificate().isEmpty()) {
                throw new IllegalStateException("writ.envoy.client-authority needs writ.envoy.certificate");
            }
            options.setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
        });
        return options;
    }

    private void answer(GrpcServerRequest<Buffer, Buffer> request, Optional<String> token) {
        if (!request.fullMethodName().equals(METHOD)) {
            request.response().status(GrpcStatus.UNIMPLEMENTED).end();
        } else if (!token.map(expected ->
                        isSame("Bearer " + expected, request.headers().get("authorization")))
                .orElse(true)) {
            rejected.add(Optional.empty(), ProblemType.UNAUTHENTICATED, Checks.WHERE);
            request.response()
                    .status(GrpcStatus.UNAUTHENTICATED)
                    .statusMessage(
                            "send what is in writ.envoy.token-file as initial metadata: authorization: Bearer ...")
                    .end();
        } else {
            request.handler(message -> checks.check(
                            message.getBytes(), request.connection().remoteAddress())
                    .subscribe()
                    .with(answer -> request.response().end(Buffer.buffer(answer))));
        }
    }

    private static boolean isSame(String expected, @Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(Path file) {
        try {
            String token = Files.readString(file).strip();
            if (token.length() < SHORTEST_TOKEN) {
                throw new IllegalStateException("writ.envoy.token-file holds fewer than 32 characters");
            }
            return token;
        } catch (IOException unreadable) {
            throw new IllegalStateException("writ.envoy.token-file cannot be read", unreadable);
        }
    }
}
