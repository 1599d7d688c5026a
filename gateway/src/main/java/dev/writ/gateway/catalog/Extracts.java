package dev.writ.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.gateway.wire.JsonNodes;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Comparator;
import java.util.List;

/** All pieces that are kept of one tool's results. */
record Extracts(List<Extract> all) {

    static final Extracts NONE = new Extracts(List.of());

    Extracts {
        all = all.stream().sorted(Comparator.comparing(Extract::name)).toList();
        if (all.stream().mapToInt(Extract::maxBytes).sum() > Extract.MOST_BYTES) {
            throw new IllegalArgumentException(
                    "the extracts of one tool take at most " + Extract.MOST_BYTES + " bytes together");
        }
    }

    /** The pieces that are there and not too long, by name. */
    JsonObject from(JsonValue result) {
        JsonObject.Builder pieces = JsonObject.builder();
        if (!all.isEmpty()) {
            JsonNode tree = JsonNodes.of(result);
            all.forEach(extract -> extract.from(tree).ifPresent(piece -> pieces.put(extract.name(), piece)));
        }
        return pieces.build();
    }

    /** As they are declared and recorded, by name. */
    JsonObject declarations() {
        JsonObject.Builder declarations = JsonObject.builder();
        all.forEach(extract -> declarations.put(extract.name(), extract.declaration()));
        return declarations.build();
    }

    /**
     * Reads what {@link #declarations} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Extracts fromJson(JsonObject declarations) {
        return new Extracts(declarations.members().entrySet().stream()
                .map(declared -> Extract.fromJson(declared.getKey(), declared.getValue()))
                .toList());
    }
}
