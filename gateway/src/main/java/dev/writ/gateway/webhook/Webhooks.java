package dev.writ.gateway.webhook;

import dev.writ.audit.MasterKey;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasable;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.SealedSecret;
import dev.writ.gateway.task.Tasks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which agent's ended calls are reported where. What is in memory is what the log says; secrets are read when they are used. */
@ApplicationScoped
public class Webhooks implements LogFollower, Erasable {

    /** Name of the tasks that {@link #ended} enqueues. */
    static final String TASK = "deliver-webhook";

    /** @param index of the last entry that it follows from */
    private record Known(long index, Optional<Webhook> webhook) {
        static final Known NOTHING = new Known(-1, Optional.empty());

        Known after(Recorded recorded) {
            if (recorded.index() <= index) {
                return this;
            }
            boolean keeps = recorded.entry().kind().equals(WebhookEntries.REMOVED)
                    && webhook.filter(set -> set.index() != WebhookEntries.removes(recorded.entry()))
                            .isPresent();
            return new Known(recorded.index(), keeps ? webhook : WebhookEntries.setBy(recorded));
        }
    }

    private final GovernedState state;
    private final WebhookRows rows;
    private final Journal journal;
    private final MasterKey master;
    private final SecureRandom random;
    private final Map<String, Known> known = new HashMap<>();

    Webhooks(GovernedState state, WebhookRows rows, Journal journal, MasterKey master, SecureRandom random) {
        this.state = state;
        this.rows = rows;
        this.journal = journal;
        this.master = master;
        this.random = random;
    }

    /**
     * What an entry adds that ends an escalated call: the task that reports it.
     *
     * @param agent whose call it is
     * @return nothing if the agent has no webhook
     */
    public List<RowChange> ended(String agent) {
        return of(agent).isPresent() ? List.of(Tasks.ofEntry(TASK, journal.now())) : List.of();
    }

    /** The agent's webhook, if it has one. */
    Optional<Webhook> of(String agent) {
        synchronized (known) {
            return known.getOrDefault(agent, Known.NOTHING).webhook();
        }
    }

    /** Sets an agent's webhook in place of any other. The secret is new; here is the only time that it is shown. */
    Uni<Secret> set(Actor actor, String agent, Target target) {
        Secret secret = Secret.mint(random);
        SealedSecret sealed = SealedSecret.seal(owner(agent), secret.toJson(), master, random);
        return journal.record(
                        actor,
                        WebhookEntries.set(agent, target, sealed.digest(), journal.now()),
                        List.of(WebhookRow.set(agent, target, sealed)))
                .replaceWith(secret);
    }

    /** Removes this webhook; whether it was there still. */
    Uni<Boolean> remove(Actor actor, Webhook webhook) {
        return journal.record(
                        actor, WebhookEntries.removed(webhook, journal.now()), List.of(WebhookRow.removed(webhook)))
                .map(receipt -> receipt instanceof Receipt.Created);
    }

    /** The secret of this webhook, unless its row is not what its entry says. */
    Uni<Optional<Secret>> secret(Webhook webhook) {
        return state.rows(() -> rows.findById(webhook.agent()))
                .map(Optional::ofNullable)
                .chain(row -> state.entry(webhook.index()).map(entry -> {
                    Optional<Secret> secret = row.filter(
                                    stored -> entry.filter(stored::follows).isPresent() && stored.says(webhook))
                            .flatMap(stored -> open(webhook, stored.secret));
                    if (secret.isEmpty()
                            && of(webhook.agent()).filter(webhook::equals).isPresent()) {
                        state.distrust("webhook", webhook.agent());
                    }
                    return secret;
                }));
    }

    private Optional<Secret> open(Webhook webhook, String sealed) {
        try {
            return Secret.fromJson(SealedSecret.of(sealed).open(owner(webhook.agent()), master));
        } catch (VerificationException changed) {
            return Optional.empty();
        }
    }

    private static String owner(String agent) {
        return "webhook/" + agent;
    }

    @Override
    public List<RowChange> forgotten(String subjectKey) {
        return WebhookEntries.agentOf(subjectKey).map(WebhookRow::forgotten).stream()
                .toList();
    }

    @Override
    public Uni<Void> load() {
        return state.entries(WebhookEntries.KINDS)
                .invoke(entries -> entries.forEach(this::onEntry))
                .replaceWithVoid();
    }

    /** Loading runs while entries arrive: an older one changes nothing. */
    @Override
    public void onEntry(Recorded recorded) {
        if (WebhookEntries.KINDS.contains(recorded.entry().kind())) {
            synchronized (known) {
                known.merge(
                        WebhookEntries.agent(recorded.entry()),
                        Known.NOTHING.after(recorded),
                        (before, first) -> before.after(recorded));
            }
        }
    }
}
