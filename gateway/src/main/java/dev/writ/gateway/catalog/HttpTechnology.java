package dev.writ.gateway.catalog;

import dev.writ.connect.http.DocumentProblem;
import dev.writ.connect.http.HttpConnector;
import dev.writ.connect.http.HttpConnectorSettings;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.time.InstantSource;
import java.util.List;

/** HTTP services that an OpenAPI or OpenRPC document describes. */
@ApplicationScoped
@Typed(HttpTechnology.class)
class HttpTechnology implements Technology {

    private final Vertx vertx;
    private final InstantSource clock;
    private final CatalogConfig config;

    HttpTechnology(Vertx vertx, InstantSource clock, CatalogConfig config) {
        this.vertx = vertx;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public Preparation open(ConnectorSettings settings, Secrets secrets) {
        if (settings.privateAddresses() && !config.privateAddresses()) {
            return new Preparation.Refused(
                    List.of("allowPrivateAddresses: this gateway is configured to call public services only"));
        }
        try {
            return HttpConnector.open(http(settings, secrets), vertx, clock)
                    .fold(
                            opened -> OpenConnector.check(
                                    settings, opened.connector(), texts(opened.skipped()), config.maxTools()),
                            refused -> new Preparation.Refused(texts(refused.problems())));
        } catch (IllegalArgumentException unfit) {
            return new Preparation.Refused(List.of(String.valueOf(unfit.getMessage())));
        }
    }

    private static HttpConnectorSettings http(ConnectorSettings settings, Secrets secrets) {
        return HttpConnectorSettings.of(settings.name(), settings.baseUrl(), settings.document())
                .plainHttpAllowed(settings.privateAddresses())
                .networks(settings.privateAddresses() ? Networks.publicAndPrivate() : Networks.publicOnly())
                .idempotentOperations(settings.idempotent())
                .effects(settings.effects())
                .permit(settings.delivery().permit())
                .breaker(settings.delivery().breaker())
                .repeats(settings.delivery().repeats())
                .credential(secrets.header()
                        .map(header -> Credential.header(header.header(), header.value()))
                        .orElseGet(Credential::none))
                .timeout(settings.timeout())
                .maxAnswerBytes(settings.maxAnswerBytes())
                .build();
    }

    private static List<String> texts(List<DocumentProblem> problems) {
        return problems.stream().map(DocumentProblem::toString).toList();
    }
}
