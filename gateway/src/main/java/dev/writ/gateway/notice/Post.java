package dev.writ.gateway.notice;

import dev.writ.audit.LogSigner;
import dev.writ.connect.net.ForbiddenAddressException;
import dev.writ.gateway.webhook.Receivers;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sends messages to wherever channels lead. Of what is answered, only whether it was taken is looked at. */
@ApplicationScoped
class Post {

    private static final Duration MAIL_TIMEOUT = Duration.ofSeconds(15);
    private static final int GONE = 410;
    private static final int ID_BYTES = 16;

    private final Receivers receivers;
    private final ReactiveMailer mailer;
    private final Optional<String> from;
    private final Links links;
    private final String origin;
    private final InstantSource clock;

    @Inject
    Post(
            Receivers receivers,
            ReactiveMailer mailer,
            @ConfigProperty(name = "quarkus.mailer.from") Optional<String> from,
            Links links,
            LogSigner signer,
            InstantSource clock) {
        this.receivers = receivers;
        this.mailer = mailer;
        this.from = from;
        this.links = links;
        this.origin = signer.verifierKey().name();
        this.clock = clock;
    }

    /** Whether mail can be sent at all. Without a sender nothing is, and no server is asked. */
    boolean canMail() {
        return from.isPresent();
    }

    /**
     * What came of it.
     *
     * @param problem in a few words and without the address; absent if it was taken
     * @param isFinal whether it makes no sense to try again
     */
    record Outcome(Optional<String> problem, boolean isFinal) {
        static final Outcome TAKEN = new Outcome(Optional.empty(), false);

        static Outcome failed(String problem) {
            return new Outcome(Optional.of(problem), false);
        }
    }

    /** @param id the same for each attempt */
    Uni<Outcome> send(Address address, Message message, String id) {
        return address.fold(
                webhook -> signed(webhook, message, id),
                slack -> answered(receivers.post(
                        slack.target(),
                        headers("application/json", Map.of()),
                        SlackText.of(message.letter(links)).toJson())),
                email -> mail(email, message.letter(links)));
    }

    private Uni<Outcome> signed(Address.Webhook webhook, Message message, String id) {
        Instant now = clock.instant();
        String webhookId = webhookId(id);
        JsonObject event = JsonObject.builder()
                .put("specversion", "1.0")
                .put("id", origin + "/" + id)
                .put("source", origin)
                .put("type", message.type())
                .put("datacontenttype", "application/json")
                .put("data", message.data(links))
                .build();
        String body = event.toJson();
        return answered(receivers.post(
                webhook.target(),
                headers(
                        "application/cloudevents+json",
                        Map.of(
                                "webhook-id",
                                webhookId,
                                "webhook-timestamp",
                                Long.toString(now.getEpochSecond()),
                                "webhook-signature",
                                webhook.signer().sign(webhookId, now, body))),
                body));
    }

    /** Without the dots that separate what is signed. */
    private String webhookId(String id) {
        byte[] digest =
                Digest.of((origin + "/" + id).getBytes(StandardCharsets.UTF_8)).bytes();
        return "msg_" + HexFormat.of().formatHex(digest, 0, ID_BYTES);
    }

    private static Map<String, String> headers(String type, Map<String, String> further) {
        Map<String, String> headers = new HashMap<>(further);
        headers.put("Content-Type", type);
        headers.put("User-Agent", "writ");
        return headers;
    }

    private static Uni<Outcome> answered(Uni<Integer> status) {
        return status.map(known -> known >= 200 && known < 300
                        ? Outcome.TAKEN
                        : new Outcome(Optional.of("status " + known), known == GONE))
                .onFailure(ForbiddenAddressException.class)
                .recoverWithItem(() -> Outcome.failed("its address is not allowed"))
                .onFailure()
                .recoverWithItem(() -> Outcome.failed("no answer"));
    }

    private Uni<Outcome> mail(Address.Email email, Message.Letter letter) {
        if (!canMail()) {
            return Uni.createFrom().item(Outcome.failed("mail is not configured"));
        }
        String text = Stream.of(
                        Stream.of(letter.title() + ".", ""),
                        letter.lines().stream(),
                        letter.link().stream()
                                .flatMap(link -> Stream.of("", "Look at it, and decide, in the console: " + link)),
                        Stream.of("", "Nobody can approve anything by answering this mail."))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
        // A subject of Writ's own words: nothing that an agent chose gets into a header.
        return mailer.send(Mail.withText(email.mailbox(), "[Writ] " + letter.title(), text))
                .ifNoItem()
                .after(MAIL_TIMEOUT)
                .fail()
                .replaceWith(Outcome.TAKEN)
                .onFailure()
                .recoverWithItem(() -> Outcome.failed("the mail server did not take it"));
    }
}
