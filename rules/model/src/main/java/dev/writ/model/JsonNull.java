package dev.writ.model;

/** JSON's {@code null}. */
public enum JsonNull implements JsonValue {
    NULL
}
