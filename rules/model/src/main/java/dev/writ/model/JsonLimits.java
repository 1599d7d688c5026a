package dev.writ.model;

/**
 * What a JSON text may use at most.
 *
 * @param maxBytes of the whole text
 * @param maxDepth of nested arrays and objects
 */
public record JsonLimits(int maxBytes, int maxDepth) {

    /** For text that Writ wrote or ships itself. */
    public static final JsonLimits TRUSTED = new JsonLimits(64 * 1024 * 1024, 256);

    public JsonLimits {
        if (maxBytes < 2 || maxDepth < 1) {
            throw new IllegalArgumentException("JSON limits must be positive");
        }
    }
}
