package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.ToolScope;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The entries of bundles, written and read. Members may be added here and never changed. */
final class BundleEntries {

    static final String PUBLISHED = "BUNDLE_PUBLISHED";
    static final String SCOPED = "BUNDLE_SCOPE";
    static final String SHADOWED = "BUNDLE_SHADOWED";
    static final String UNSHADOWED = "BUNDLE_UNSHADOWED";
    static final String APPROVED = "BUNDLE_APPROVED";
    static final String CANARY = "BUNDLE_CANARY";
    static final String ACTIVATED = "BUNDLE_ACTIVATED";
    static final String DEACTIVATED = "BUNDLE_DEACTIVATED";
    static final String ROLLED_BACK = "BUNDLE_ROLLED_BACK";
    static final String CANARY_ROLLED_BACK = "CANARY_ROLLED_BACK";
    static final String CANARY_ALARM = "CANARY_ALARM";
    static final Set<String> KINDS = Set.of(
            PUBLISHED,
            SCOPED,
            SHADOWED,
            UNSHADOWED,
            APPROVED,
            CANARY,
            ACTIVATED,
            DEACTIVATED,
            ROLLED_BACK,
            CANARY_ROLLED_BACK,
            CANARY_ALARM);

    private static final String NAME = "name";
    private static final String VERSION = "version";
    private static final String DIGEST = "digest";
    /** The digest of a version whose part ends with the entry. */
    private static final String ENDED = "ended";
    /** Set if the version only fills the silence of others. */
    static final String OBSERVE = "observe";
    /** What an activation ends: the earlier version of its name. Entries without it ended whatever was active. */
    private static final String REPLACES = "replaces";

    private BundleEntries() {}

    /**
     * What an administrator lets the bundles of a name speak about.
     *
     * @param tools empty if it was taken away
     */
    record Grant(String name, Optional<ToolScope> tools) {}

    /** A bundle is published once, and a version is one bundle for ever. */
    static List<String> publishedKeys(PolicyBundle bundle) {
        return List.of("bundle/" + bundle.digest(), "bundle-version/" + bundle.name() + "/" + bundle.version());
    }

    /** A reviewer approves a version once. */
    static String approvedKey(Published published, String by) {
        return "bundle-approved/" + published.digest() + "/" + by;
    }

    /** A canary is ended, or reported, by one replica. */
    static String canaryKey(Canary canary) {
        return "canary-ended/" + canary.index();
    }

    /** The definitions that a bundle is checked against, by digest: as its row keeps them. */
    static JsonObject tools(Collection<ToolDefinition> definitions) {
        JsonObject.Builder digests = JsonObject.builder();
        definitions.forEach(
                tool -> digests.put(tool.name().value(), tool.digest().value()));
        return digests.build();
    }

    static Digest toolsDigest(Collection<ToolDefinition> definitions) {
        return Digest.of(tools(definitions));
    }

    /** @param person pseudonym of who publishes it, if the key names one */
    static JsonObject published(PolicyBundle bundle, Digest tools, Optional<String> person) {
        JsonObject.Builder body = JsonObject.builder()
                .put(NAME, bundle.name())
                .put(VERSION, bundle.version())
                .put(DIGEST, bundle.digest().value())
                .put("tools", tools.value())
                .put("engine", PolicyEngine.VERSION)
                .put("scope", JsonArray.ofTexts(bundle.scope().patterns()))
                .put("person", person);
        if (bundle.isObserving()) {
            body.put(OBSERVE, true);
        }
        return body.build();
    }

    /** The version that an entry is about. */
    static JsonObject.Builder about(Published published) {
        return JsonObject.builder()
                .put(NAME, published.name().name())
                .put(VERSION, published.name().version())
                .put(DIGEST, published.digest().value());
    }

    static JsonObject activated(Published published) {
        JsonObject.Builder body =
                about(published).put(REPLACES, published.name().name());
        if (published.isObserving()) {
            body.put(OBSERVE, true);
        }
        return body.build();
    }

    static JsonObject scope(String name, ToolScope tools) {
        return JsonObject.builder()
                .put(NAME, name)
                .put("tools", JsonArray.ofTexts(tools.patterns()))
                .build();
    }

    static JsonObject unscoped(String name) {
        return JsonObject.builder().put(NAME, name).build();
    }

    /** What a {@link #PUBLISHED} entry says. */
    static Optional<Published> readPublished(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return is(recorded, PUBLISHED)
                ? digest(body, DIGEST)
                        .flatMap(digest -> digest(body, "tools")
                                .map(tools -> new Published(
                                        name(recorded),
                                        digest,
                                        tools,
                                        body.text("actor").orElse(""),
                                        recorded)))
                : Optional.empty();
    }

    /** What a {@link #SCOPED} entry says. */
    static Optional<Grant> readScope(Recorded recorded) {
        return is(recorded, SCOPED)
                ? Optional.of(new Grant(
                        name(recorded).name(),
                        recorded.entry()
                                .body()
                                .array("tools")
                                .map(JsonArray::texts)
                                .map(ToolScope::new)))
                : Optional.empty();
    }

    /** The name that an entry is about, with the version if it is about one. */
    static BundleName name(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return new BundleName(body.text(NAME).orElse(""), body.text(VERSION).orElse(""));
    }

    /** The version that an entry is about, if it is about one. */
    static Optional<Digest> digest(Recorded recorded) {
        return digest(recorded.entry().body(), DIGEST);
    }

    /** The version whose part an entry ends, if it does. */
    static Optional<Digest> ended(Recorded recorded) {
        return digest(recorded.entry().body(), ENDED);
    }

    /** Whether the entry was written when one bundle was active at a time. */
    static boolean replacesAll(Recorded recorded) {
        return is(recorded, ACTIVATED) && recorded.entry().body().text(REPLACES).isEmpty();
    }

    /** What an entry makes of the versions of its name. */
    static Line change(Recorded recorded, Line line) {
        Optional<Activation> version =
                digest(recorded).map(digest -> new Activation(name(recorded), digest, recorded.index()));
        return switch (recorded.entry().kind()) {
            case ACTIVATED -> version.map(line::activated).orElse(line);
            case DEACTIVATED -> line.deactivated();
            case SHADOWED -> line.withShadow(version);
            case UNSHADOWED -> line.withShadow(Optional.empty());
            case CANARY -> canary(recorded).map(line::tried).orElse(line);
            case ROLLED_BACK ->
                isOf(recorded, line.canary()) ? line.withCanary(Optional.empty()) : line.rolledBack(recorded.index());
            case CANARY_ROLLED_BACK ->
                line.withCanary(line.canary().filter(canary -> canary.index() != canaryIndex(recorded)));
            case CANARY_ALARM ->
                line.withCanary(
                        line.canary().map(canary -> canary.index() == canaryIndex(recorded) ? canary.alarm() : canary));
            default -> line;
        };
    }

    private static boolean isOf(Recorded recorded, Optional<Canary> canary) {
        return canary.map(Canary::digest)
                .filter(digest -> ended(recorded).equals(Optional.of(digest)))
                .isPresent();
    }

    private static Optional<Canary> canary(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return digest(recorded)
                .map(digest -> new Canary(
                        name(recorded),
                        digest,
                        recorded.index(),
                        body.number("percent").map(BigDecimal::intValue).orElse(0),
                        body.text("salt").orElse(""),
                        body.number("band")
                                .map(points -> OptionalInt.of(points.intValue()))
                                .orElse(OptionalInt.empty()),
                        false));
    }

    static JsonObject canary(Published published, int percent, String salt, OptionalInt band) {
        JsonObject.Builder body = about(published).put("percent", percent).put("salt", salt);
        band.ifPresent(points -> body.put("band", points));
        return body.build();
    }

    /** @param now the version that decides in its place, if one does */
    static JsonObject rolledBack(Activation ended, Optional<Activation> now) {
        JsonObject.Builder body = JsonObject.builder()
                .put(NAME, ended.name().name())
                .put(VERSION, now.map(version -> version.name().version()))
                .put(ENDED, ended.digest().value());
        now.ifPresent(version -> body.put(DIGEST, version.digest().value()));
        return body.build();
    }

    private static long canaryIndex(Recorded recorded) {
        return recorded.entry()
                .body()
                .number("canary")
                .map(BigDecimal::longValue)
                .orElse(-1L);
    }

    private static boolean is(Recorded recorded, String kind) {
        return recorded.entry().kind().equals(kind);
    }

    private static Optional<Digest> digest(JsonObject body, String member) {
        return body.text(member).filter(Digest::isWellFormed).map(Digest::new);
    }
}
