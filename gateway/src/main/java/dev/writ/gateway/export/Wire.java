package dev.writ.gateway.export;

import dev.writ.gateway.webhook.Secret;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** How a batch of entries is put. */
sealed interface Wire {

    /**
     * Puts some entries.
     *
     * @param events at least one
     */
    Message message(List<Event> events, Instant now);

    /** What is sent. */
    record Message(Map<String, String> headers, String body) {
        public Message {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Message";
        }
    }

    /**
     * CloudEvents in a batch, signed.
     *
     * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents, 4</a>
     * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
     *     Webhooks</a>
     */
    record SignedEvents(Secret secret) implements Wire {
        @Override
        public Message message(List<Event> events, Instant now) {
            String body = new JsonArray(
                            events.stream().<JsonValue>map(CloudEvents::toJson).toList())
                    .toJson();
            String id = id(events);
            return new Message(
                    Map.of(
                            "Content-Type",
                            CloudEvents.BATCH,
                            "webhook-id",
                            id,
                            "webhook-timestamp",
                            Long.toString(now.getEpochSecond()),
                            "webhook-signature",
                            secret.sign(id, now, body)),
                    body);
        }

        /** The same for the same entries, and without the dots that separate what is signed. */
        private static String id(List<Event> events) {
            String range =
                    events.get(0).id() + " " + events.get(events.size() - 1).id();
            byte[] digest = Digest.of(range.getBytes(StandardCharsets.UTF_8)).bytes();
            return "msg_" + HexFormat.of().formatHex(digest, 0, 16);
        }
    }

    /**
     * OTLP/HTTP logs in JSON.
     *
     * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
     */
    record Otlp() implements Wire {
        @Override
        public Message message(List<Event> events, Instant now) {
            return new Message(
                    Map.of("Content-Type", "application/json"),
                    OtlpLogs.of(events, now).toJson());
        }
    }
}
