package dev.writ.connect.mcp;

import dev.writ.connect.net.Redaction;
import java.util.List;
import java.util.function.Consumer;

/** Makes the way to a server, anew for each session where that takes a new program. */
interface Wires {

    /**
     * One more way.
     *
     * @param stray is given messages that belong to no request
     * @param lost is told if the way is there no more
     */
    Wire open(Consumer<Message> stray, Consumer<Wire> lost);

    /** Says that the session is over, where servers want to be told. */
    void goodbye(Session session);

    /** Takes what Writ authenticates itself with out of what the server says. */
    Redaction redaction();

    /** What the server wrote for operators of late, a line each. */
    List<String> diagnostics();

    void close();
}
