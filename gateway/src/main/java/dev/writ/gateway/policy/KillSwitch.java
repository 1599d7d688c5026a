package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Stops calls whatever the rules say. Its state is what the log's entries say ({@link KillEntry}) and nothing else:
 * there is no row to change. */
@ApplicationScoped
public class KillSwitch implements LogFollower {

    private final GovernedState governed;
    private volatile KillState state = KillState.EMPTY;

    KillSwitch(GovernedState governed) {
        this.governed = governed;
    }

    /**
     * Why a call may not be allowed or sent, if a switch stops it.
     *
     * @param since entries that touch {@code Topics.KILL_SWITCH}, some of which may have arrived here already
     * @return what is stopped, for the agent; the operator's reason is not for it
     */
    public Optional<String> blocksAfter(String agent, ToolDefinition tool, List<Recorded> since) {
        return state.after(since).stops(agent, tool).map(target -> "an operator has stopped " + target.words());
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(KillEntry.KINDS).invoke(this::apply).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (KillEntry.KINDS.contains(recorded.entry().kind())) {
            apply(List.of(recorded));
        }
    }

    KillState state() {
        return state;
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        state = state.after(entries);
    }
}
