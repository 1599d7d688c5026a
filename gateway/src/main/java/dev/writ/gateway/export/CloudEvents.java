package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.model.JsonObject;
import java.util.Locale;
import java.util.Optional;

/**
 * Entries as CloudEvents. Their data is the leaf, so whoever has an event can re-compute {@code writleafhash}.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents, JSON</a>
 */
final class CloudEvents implements EventFormat {

    static final String BATCH = "application/cloudevents-batch+json";

    @Override
    public String extension() {
        return "ndjson";
    }

    @Override
    public String header() {
        return "";
    }

    @Override
    public Optional<String> line(Event event) {
        return Optional.of(toJson(event).toJson() + "\n");
    }

    static JsonObject toJson(Event event) {
        return JsonObject.builder()
                .put("specversion", "1.0")
                .put("id", event.id())
                .put("source", event.origin())
                .put("type", "dev.writ." + event.entry().kind().toLowerCase(Locale.ROOT))
                .put("subject", event.column(Column.CALL).or(() -> event.column(Column.AGENT)))
                .put("time", event.entry().at().toString())
                .put("datacontenttype", "application/json")
                // A text: the integers of CloudEvents have 32 bits.
                .put("writindex", Long.toString(event.slot().index()))
                .put("writleafhash", event.slot().leafHash().value())
                .put("data", event.leaf())
                .build();
    }
}
