package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries of bundles, written and read. Members may be added here and never changed. */
final class BundleEntries {

    static final String PUBLISHED = "BUNDLE_PUBLISHED";
    static final String ACTIVATED = "BUNDLE_ACTIVATED";
    static final Set<String> KINDS = Set.of(PUBLISHED, ACTIVATED);

    private BundleEntries() {}

    /** A bundle is published once, and a version is one bundle for ever. */
    static List<String> publishedKeys(PolicyBundle bundle) {
        return List.of("bundle/" + bundle.digest(), "bundle-version/" + bundle.name() + "/" + bundle.version());
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

    static JsonObject published(PolicyBundle bundle, Digest tools) {
        return JsonObject.builder()
                .put("name", bundle.name())
                .put("version", bundle.version())
                .put("digest", bundle.digest().value())
                .put("tools", tools.value())
                .put("engine", PolicyEngine.VERSION)
                .build();
    }

    static JsonObject activated(Published published) {
        return JsonObject.builder()
                .put("name", published.name().name())
                .put("version", published.name().version())
                .put("digest", published.digest().value())
                .build();
    }

    /** What a {@link #PUBLISHED} entry says. */
    static Optional<Published> readPublished(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return Optional.of(recorded)
                .filter(entry -> entry.entry().kind().equals(PUBLISHED))
                .flatMap(entry -> digest(body, "digest"))
                .flatMap(digest -> digest(body, "tools")
                        .map(tools -> new Published(
                                name(body), digest, tools, body.text("actor").orElse(""), recorded)));
    }

    /** What an {@link #ACTIVATED} entry says. */
    static Optional<Activation> readActivated(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return Optional.of(recorded)
                .filter(entry -> entry.entry().kind().equals(ACTIVATED))
                .flatMap(entry -> digest(body, "digest"))
                .map(digest -> new Activation(name(body), digest, recorded.index()));
    }

    private static BundleName name(JsonObject body) {
        return new BundleName(body.text("name").orElse(""), body.text("version").orElse(""));
    }

    private static Optional<Digest> digest(JsonObject body, String member) {
        return body.text(member).filter(Digest::isWellFormed).map(Digest::new);
    }
}
