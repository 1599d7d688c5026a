package dev.writ.gateway.notice;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The entries of channels, written and read. Members may be added here and never changed. */
final class ChannelEntries {

    static final String ADDED = "NOTIFICATION_CHANNEL_ADDED";
    static final String REMOVED = "NOTIFICATION_CHANNEL_REMOVED";
    static final String RETRIED = "NOTIFICATION_RETRIED";
    static final Set<String> KINDS = Set.of(ADDED, REMOVED);

    private static final String TOPIC = "notifications";

    private ChannelEntries() {}

    /** @param target keyed digest of where it leads, so that two channels to one place can be seen to be */
    static Entry added(
            String id, Kind kind, Set<String> groups, Set<Occasion> events, String target, Digest sealed, Instant at) {
        return entry(
                ADDED,
                "notification-channel/" + id,
                JsonObject.builder()
                        .put("channel", id)
                        .put("kind", kind.text())
                        .put(
                                "groups",
                                JsonArray.ofTexts(groups.stream().sorted().toList()))
                        .put(
                                "events",
                                JsonArray.ofTexts(events.stream()
                                        .sorted()
                                        .map(Occasion::text)
                                        .toList()))
                        .put("targetMac", target)
                        .put("sealed", sealed.value())
                        .build(),
                at);
    }

    /** Only once. */
    static Entry removed(Channel channel, Instant at) {
        return entry(
                REMOVED,
                "notification-channel-removed/" + channel.id(),
                JsonObject.builder().put("channel", channel.id()).build(),
                at);
    }

    /** Somebody wants a dead letter to be sent after all. */
    static Entry retried(DeadLetters.Letter letter, Instant at) {
        return new Entry(
                RETRIED,
                at,
                List.of(),
                Set.of(TOPIC),
                Map.of(Column.CALL, letter.call()),
                JsonObject.builder()
                        .put("notification", letter.id())
                        .put("channel", letter.channel())
                        .put("event", letter.event())
                        .build(),
                "writ",
                List.of());
    }

    private static Entry entry(String kind, String key, JsonObject body, Instant at) {
        return new Entry(kind, at, List.of(key), Set.of(TOPIC), Map.of(), body, "writ", List.of());
    }

    /** The id of the channel that an entry of these kinds is about. */
    static String id(Entry entry) {
        return entry.body().text("channel").orElseThrow();
    }

    /** The channel that this entry adds, if it adds one. */
    static Optional<Channel> addedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ADDED)) {
            return Optional.empty();
        }
        JsonObject body = entry.body();
        // A kind that a later version knows is told nothing by this one.
        return body.text("kind")
                .flatMap(Kind::parse)
                .map(kind -> new Channel(
                        id(entry),
                        kind,
                        Set.copyOf(texts(body, "groups")),
                        texts(body, "events").stream()
                                .flatMap(text -> Occasion.parse(text).stream())
                                .collect(Collectors.toSet()),
                        new Digest(body.text("sealed").orElseThrow()),
                        recorded.index()));
    }

    private static List<String> texts(JsonObject body, String name) {
        return body.array(name).map(JsonArray::texts).orElse(List.of());
    }
}
