package dev.writ.connect;

import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Carries out tool calls with one technology. It holds the credentials that agents never see.
 *
 * <p>{@code ConnectorContract} in the test kit holds every implementation to this text.
 */
public interface Connector extends AutoCloseable {

    /** The name it is registered under; its tools' names start with it and a dot. */
    String name();

    /** What it offers, by name. Constant for the life of the instance: a changed definition is a new instance. */
    List<ToolDefinition> tools();

    /**
     * Carries out one permitted call.
     *
     * <p>It MUST check the permit again with {@link Permit#refusal} and send nothing if that names a reason. It MUST send at most
     * one request, or several with the same idempotency key if the tool is declared idempotent, and MUST answer by the permit's deadline: with {@link ToolResult.OutcomeUnknown} if by then, or after a broken
     * connection, nobody can tell whether the request had its effect. Credentials it injects MUST NOT appear in the result.
     *
     * @param dialogue with the caller, for tools that have something to say or to ask meanwhile
     * @return never fails; what goes wrong is a {@link ToolResult}
     */
    Uni<ToolResult> invoke(Permit permit, Dialogue dialogue);

    /** Carries out one permitted call for a caller who neither listens nor answers. */
    default Uni<ToolResult> invoke(Permit permit) {
        return invoke(permit, Dialogue.NONE);
    }

    /** Whether what it calls works. Costs nothing: nobody is asked. */
    default Health health() {
        return new Health.Unknown();
    }

    /** Releases connections. Calls under way may end as {@link ToolResult.OutcomeUnknown}. */
    @Override
    void close();
}
