package dev.writ.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an agent is made of, as far as somebody said so.
 *
 * @param release of the agent's own code
 * @param model that it asks
 * @param prompt digest of its instructions
 */
public record AgentBuild(Optional<Part> release, Optional<Part> model, Optional<Part> prompt) {

    public static final AgentBuild UNKNOWN = new AgentBuild(Optional.empty(), Optional.empty(), Optional.empty());

    /** What is said of one part. */
    public record Part(String value, Word word) {

        private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}");

        public Part {
            if (!isWellFormed(value)) {
                throw new IllegalArgumentException(
                        "a release, a model or a prompt's digest has 1 to 128 letters, digits and '._:/@+-'");
            }
        }

        public static boolean isWellFormed(String text) {
            return FORM.matcher(text).matches();
        }

        public boolean isAttested() {
            return word == Word.ATTESTED;
        }
    }

    /** Whose word it is. */
    public enum Word {
        /** The caller's own. */
        CLAIMED,
        /** Signed by an issuer whom the operator trusts. */
        ATTESTED
    }

    /** This, and of what it does not know, the other. */
    public AgentBuild or(AgentBuild other) {
        return new AgentBuild(release.or(other::release), model.or(other::model), prompt.or(other::prompt));
    }

    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder();
        release.ifPresent(part -> json.put("release", json(part)));
        model.ifPresent(part -> json.put("model", json(part)));
        prompt.ifPresent(part -> json.put("prompt", json(part)));
        return json.build();
    }

    /** Reads what {@link #toJson} wrote; parts that it cannot read are unknown. */
    public static AgentBuild fromJson(JsonObject json) {
        return new AgentBuild(part(json, "release"), part(json, "model"), part(json, "prompt"));
    }

    private static JsonObject json(Part part) {
        return JsonObject.builder()
                .put("value", part.value())
                .put("attested", part.isAttested())
                .build();
    }

    private static Optional<Part> part(JsonObject json, String name) {
        return json.object(name)
                .flatMap(part -> part.text("value")
                        .filter(Part::isWellFormed)
                        .map(value -> new Part(value, part.isTrue("attested") ? Word.ATTESTED : Word.CLAIMED)));
    }
}
