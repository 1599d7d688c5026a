package dev.writ.connect.testkit;

import dev.writ.connect.Connector;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;

/** A connector under test, freshly opened, and the service behind it, which does as it is told and counts. */
public interface Bench extends AutoCloseable {

    Connector connector();

    /** A tool of the connector. */
    ToolName tool();

    /** Arguments that the tool takes. */
    JsonObject arguments();

    /** What the connector was given to authenticate itself with; at least 8 characters that occur nowhere else. */
    String credential();

    /** What the service does with every further request; at first {@link Behaviour#ACCEPT}. */
    void behave(Behaviour behaviour);

    /** How many requests have reached the service. */
    int requests();

    /** Closes the connector, if it is open, and the service. */
    @Override
    void close();
}
