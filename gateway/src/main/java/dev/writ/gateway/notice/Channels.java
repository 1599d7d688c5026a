package dev.writ.gateway.notice;

import dev.writ.audit.MasterKey;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.SealedSecret;
import dev.writ.gateway.task.Tasks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where people are told of escalations. What is in memory is what the log says; addresses are read when they are used. */
@ApplicationScoped
class Channels implements LogFollower {

    /** The task that sends what a channel is to be told; its instance is the channel. It ends with the channel. */
    static final String TASK = "notify";

    private static final int ID_BYTES = 16;

    private final GovernedState state;
    private final ChannelRows rows;
    private final Journal journal;
    private final MasterKey master;
    private final Pseudonyms pseudonyms;
    private final SecureRandom random;
    private final Map<String, Channel> known = new HashMap<>();
    private final Set<String> removed = new HashSet<>();

    Channels(
            GovernedState state,
            ChannelRows rows,
            Journal journal,
            MasterKey master,
            Pseudonyms pseudonyms,
            SecureRandom random) {
        this.state = state;
        this.rows = rows;
        this.journal = journal;
        this.master = master;
        this.pseudonyms = pseudonyms;
        this.random = random;
    }

    /** Those that are told of that event of an escalation that asks these groups. */
    List<Channel> hearing(Occasion event, Set<String> groups) {
        return all().stream().filter(channel -> channel.hears(event, groups)).toList();
    }

    /** All, in the order in which they were added. */
    List<Channel> all() {
        List<Channel> all;
        synchronized (known) {
            all = new ArrayList<>(known.values());
        }
        all.sort(Comparator.comparingLong(Channel::index));
        return all;
    }

    Optional<Channel> of(String id) {
        synchronized (known) {
            return Optional.ofNullable(known.get(id));
        }
    }

    /** Whether there was one of that id, and is no more. */
    boolean isRemoved(String id) {
        synchronized (known) {
            return removed.contains(id);
        }
    }

    /** Adds a channel; answers its id. */
    Uni<String> add(Actor actor, Kind kind, Address address, Set<String> groups, Set<Occasion> events) {
        byte[] minted = new byte[ID_BYTES];
        random.nextBytes(minted);
        String id = HexFormat.of().formatHex(minted);
        SealedSecret sealed = SealedSecret.seal(owner(id), address.toJson(), master, random);
        String target = pseudonyms.mac(
                "notification-target", address.toJson().text("target").orElseThrow());
        return journal.record(
                        actor,
                        ChannelEntries.added(id, kind, groups, events, target, sealed.digest(), journal.now()),
                        List.of(ChannelRow.added(id, sealed), Tasks.at(TASK, id, journal.now())))
                .replaceWith(id);
    }

    /** Removes a channel, and whatever it was still to be told; whether it was there still. */
    Uni<Boolean> remove(Actor actor, Channel channel) {
        return journal.record(
                        actor,
                        ChannelEntries.removed(channel, journal.now()),
                        List.of(ChannelRow.removed(channel), Outbox.forgotten(channel)))
                .map(receipt -> receipt instanceof Receipt.Created);
    }

    /** Where its messages go, unless its row is not what its entry says. */
    Uni<Optional<Address>> address(Channel channel) {
        return state.rows(() -> rows.findById(channel.id()))
                .map(Optional::ofNullable)
                .chain(row -> state.entry(channel.index()).map(entry -> {
                    Optional<Address> address = row.filter(
                                    stored -> entry.filter(stored::follows).isPresent() && stored.says(channel))
                            .flatMap(stored -> open(channel, stored.sealed));
                    if (address.isEmpty() && of(channel.id()).isPresent()) {
                        state.distrust("notification_channel", channel.id());
                    }
                    return address;
                }));
    }

    private Optional<Address> open(Channel channel, String sealed) {
        try {
            return Address.fromJson(channel.kind(), SealedSecret.of(sealed).open(owner(channel.id()), master));
        } catch (VerificationException changed) {
            return Optional.empty();
        }
    }

    private static String owner(String id) {
        return "notification/" + id;
    }

    /** What an entry adds so that these channels are told of it. */
    static Optional<RowChange> told(List<Channel> channels, Outbox.News news) {
        return Optional.of(channels).filter(some -> !some.isEmpty()).map(some -> Outbox.waiting(some, news));
    }

    @Override
    public Uni<Void> load() {
        return state.entries(ChannelEntries.KINDS)
                .invoke(entries -> entries.forEach(this::onEntry))
                .replaceWithVoid();
    }

    /** Loading runs while entries arrive: what was removed does not come back. */
    @Override
    public void onEntry(Recorded recorded) {
        if (ChannelEntries.KINDS.contains(recorded.entry().kind())) {
            synchronized (known) {
                String id = ChannelEntries.id(recorded.entry());
                if (recorded.entry().kind().equals(ChannelEntries.REMOVED)) {
                    removed.add(id);
                    known.remove(id);
                } else if (!removed.contains(id)) {
                    ChannelEntries.addedBy(recorded).ifPresent(channel -> known.put(id, channel));
                }
            }
        }
    }
}
