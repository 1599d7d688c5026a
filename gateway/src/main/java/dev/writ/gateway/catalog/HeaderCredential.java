package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import java.util.Optional;

/** What a service knows the gateway by: a header of its requests. */
record HeaderCredential(String header, String value) {

    /** Whether a service takes both for the same: names of headers are the same in any case (RFC 9110 5.1). */
    boolean isLike(HeaderCredential other) {
        return header.equalsIgnoreCase(other.header) && value.equals(other.value);
    }

    JsonObject toJson() {
        return JsonObject.builder().put("header", header).put("value", value).build();
    }

    static Optional<HeaderCredential> fromJson(JsonObject json) {
        return json.text("header")
                .flatMap(header -> json.text("value").map(value -> new HeaderCredential(header, value)));
    }

    @Override
    public String toString() {
        return "HeaderCredential[" + header + "]";
    }
}
