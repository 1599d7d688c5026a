package dev.writ.gateway.catalog;

import dev.writ.connect.Connector;
import dev.writ.connect.http.AgentCard;
import dev.writ.connect.http.CardGuard;
import dev.writ.connect.http.DocumentProblem;
import dev.writ.connect.http.HttpConnector;
import dev.writ.connect.http.HttpConnectorSettings;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

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
            Watch watch = new Watch();
            return HttpConnector.open(http(settings, secrets), vertx, clock)
                    .fold(
                            opened -> OpenConnector.check(
                                    settings,
                                    guarded(settings, opened.connector(), watch),
                                    texts(opened.skipped()),
                                    config.maxTools(),
                                    watch),
                            refused -> new Preparation.Refused(texts(refused.problems())));
        } catch (IllegalArgumentException unfit) {
            return new Preparation.Refused(List.of(String.valueOf(unfit.getMessage())));
        }
    }

    @Override
    public Uni<ConnectorSettings> discover(ConnectorSettings settings, Secrets secrets) {
        // Nothing is sent for one that is refused anyway.
        boolean refused = settings.privateAddresses() && !config.privateAddresses();
        return settings.card()
                .filter(card -> card.pinned().isEmpty() && !refused)
                .map(card -> read(settings, card))
                .orElseGet(() -> Uni.createFrom().item(settings));
    }

    private Uni<ConnectorSettings> read(ConnectorSettings settings, PinnedCard card) {
        return Uni.createFrom()
                .deferred(() -> {
                    AgentCard there = at(settings, card);
                    return there.read().onTermination().invoke(there::close);
                })
                .chain(reading -> reading instanceof AgentCard.Read read
                        ? Uni.createFrom().item(settings.with(card.with(read.card())))
                        : Uni.createFrom()
                                .failure(new UnusableServiceException(
                                        "card: " + ((AgentCard.Unreadable) reading).reason())))
                .onFailure(IllegalArgumentException.class)
                .transform(unfit -> new UnusableServiceException("card: " + unfit.getMessage()));
    }

    private Connector guarded(ConnectorSettings settings, HttpConnector agent, Watch watch) {
        return settings.card()
                .<Connector>map(card -> CardGuard.before(
                        agent,
                        at(settings, card),
                        card.pinned().orElseThrow(() -> new IllegalArgumentException("card: it was not read")),
                        live -> watch.report(deviation(card, live)),
                        vertx,
                        clock))
                .orElse(agent);
    }

    private static Deviation deviation(PinnedCard card, Optional<JsonObject> live) {
        return new Deviation(
                Deviation.Kind.CARD,
                card.url().toString(),
                live.isPresent() ? Deviation.Reason.CHANGED : Deviation.Reason.SETTLED,
                card.pinned().filter(pinned -> live.isPresent()),
                live);
    }

    /** Its address is the operator's word, as the service's is; the credential is not for it. */
    private AgentCard at(ConnectorSettings settings, PinnedCard card) {
        return AgentCard.at(
                HttpConnectorSettings.of(settings.name(), card.url(), "")
                        .plainHttpAllowed(settings.privateAddresses())
                        .networks(networks(settings))
                        .timeout(settings.timeout()),
                vertx,
                clock);
    }

    private static Networks networks(ConnectorSettings settings) {
        return settings.privateAddresses() ? Networks.publicAndPrivate() : Networks.publicOnly();
    }

    private static HttpConnectorSettings http(ConnectorSettings settings, Secrets secrets) {
        return HttpConnectorSettings.of(settings.name(), settings.baseUrl(), settings.document())
                .plainHttpAllowed(settings.privateAddresses())
                .networks(networks(settings))
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
