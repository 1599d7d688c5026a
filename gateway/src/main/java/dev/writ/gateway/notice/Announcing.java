package dev.writ.gateway.notice;

import dev.writ.audit.RowChange;
import dev.writ.gateway.approval.Announcements;
import dev.writ.gateway.approval.Escalation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides whom an escalation's entries tell, and when. */
@ApplicationScoped
class Announcing implements Announcements {

    private final Channels channels;
    private final Duration remindBefore;

    Announcing(Channels channels, NotificationsConfig config) {
        this.channels = channels;
        this.remindBefore = config.remindBefore();
    }

    @Override
    public List<RowChange> of(Event event, Escalation escalation, Set<String> groups) {
        if (channels.all().isEmpty()) {
            return List.of();
        }
        return switch (event) {
            case OPENED -> asked(Occasion.OPENED, escalation, groups);
            case RAISED -> asked(Occasion.RAISED, escalation, groups);
            case BREAK_GLASS ->
                now(Occasion.BREAK_GLASS, escalation, groups).stream().toList();
            case ENDED ->
                Stream.concat(
                                Stream.of(Outbox.withoutReminders(escalation.call())),
                                now(Occasion.ENDED, escalation, groups).stream())
                        .toList();
        };
    }

    /** Whoever is asked is reminded as well, unless it is late already. */
    private List<RowChange> asked(Occasion occasion, Escalation escalation, Set<String> groups) {
        Optional<RowChange> reminder = Optional.of(reminder(escalation))
                .filter(due -> due.isAfter(escalation.askedAt(groups)))
                .flatMap(due -> told(Occasion.REMINDER, escalation, groups, due));
        return Stream.of(now(occasion, escalation, groups), reminder)
                .flatMap(Optional::stream)
                .toList();
    }

    /** When the entry is written nobody knows; it is due as soon as it is there. */
    private Optional<RowChange> now(Occasion occasion, Escalation escalation, Set<String> groups) {
        return told(occasion, escalation, groups, escalation.openedAt());
    }

    private Optional<RowChange> told(Occasion occasion, Escalation escalation, Set<String> groups, Instant due) {
        return Channels.told(channels.hearing(occasion, groups), new Outbox.News(occasion, escalation.call(), due));
    }

    /** Not right after it was opened, however short its time is. */
    private Instant reminder(Escalation escalation) {
        Instant opened = escalation.openedAt();
        Instant half =
                opened.plus(Duration.between(opened, escalation.expiresAt()).dividedBy(2));
        Instant before = escalation.expiresAt().minus(remindBefore);
        return before.isAfter(half) ? before : half;
    }
}
