package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;

/** How what a server offers now differs from what is pinned. Until an operator has reviewed it, it is not called. */
public sealed interface Difference {

    Kind kind();

    /** As the server calls it. */
    String name();

    /** The server offers something that is not pinned. */
    record Added(Kind kind, String name, JsonObject live) implements Difference {}

    /** The server describes it differently now. */
    record Changed(Kind kind, String name, JsonObject pinned, JsonObject live) implements Difference {}

    /** The server does not offer it any more. */
    record Gone(Kind kind, String name, JsonObject pinned) implements Difference {}

    /** The server lists the name more than once, so that nobody can tell which one would be called. */
    record Doubled(Kind kind, String name) implements Difference {}

    /** A difference that was reported is none any more. */
    record Settled(Kind kind, String name) implements Difference {}
}
