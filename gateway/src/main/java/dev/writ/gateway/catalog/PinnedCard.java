package dev.writ.gateway.catalog;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.net.URI;
import java.util.Optional;

/**
 * The card of an agent behind a connector.
 *
 * @param url where it is
 * @param pinned as an operator has approved it, without signatures; empty until it is read
 */
record PinnedCard(URI url, Optional<JsonObject> pinned) {

    PinnedCard {
        if (url.getHost() == null) {
            throw new IllegalArgumentException("card: it is a URL, such as https://host/.well-known/agent-card.json");
        }
    }

    PinnedCard with(JsonObject card) {
        return new PinnedCard(url, Optional.of(card));
    }

    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder().put("url", url.toString());
        pinned.ifPresent(card -> json.put("pinned", card));
        return json.build();
    }

    /** Where it is and which it is, without what it says. */
    JsonObject summary() {
        return JsonObject.builder()
                .put("url", url.toString())
                .put("digest", pinned.map(Digest::of).map(Digest::value))
                .build();
    }

    static PinnedCard fromJson(JsonObject json) {
        return new PinnedCard(URI.create(json.text("url").orElseThrow()), json.object("pinned"));
    }

    @Override
    public String toString() {
        return "PinnedCard[" + url + "]";
    }
}
