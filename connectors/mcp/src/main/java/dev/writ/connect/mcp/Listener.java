package dev.writ.connect.mcp;

/** Hears what a server does while no call is under way. Called on the connector's event loop: it must not block. */
public interface Listener {

    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** What the server offers differs from what is pinned. Told once for each difference. */
    default void differs(Difference difference) {}

    /** The server says that one of its lists has changed; those of tools and prompts have been read again by now. */
    default void listChanged(Kind kind) {}

    /** A resource that was subscribed to has changed. */
    default void resourceUpdated(String uri) {}
}
