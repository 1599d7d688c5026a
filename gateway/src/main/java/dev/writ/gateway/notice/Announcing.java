package dev.writ.gateway.notice;

import dev.writ.audit.RowChange;
import dev.writ.gateway.approval.Announcements;
import dev.writ.gateway.approval.Escalation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    public List<RowChange> of(Event event, Escalation escalation) {
        if (channels.all().isEmpty()) {
            return List.of();
        }
        return switch (event) {
            case OPENED ->
                Stream.of(
                                told(Occasion.OPENED, escalation, escalation.openedAt()),
                                told(Occasion.REMINDER, escalation, reminder(escalation)))
                        .flatMap(Optional::stream)
                        .toList();
            case ENDED ->
                Stream.concat(
                                Stream.of(Outbox.withoutReminders(escalation.call())),
                                // When the entry is written nobody knows; it is due as soon as it is there.
                                told(Occasion.ENDED, escalation, escalation.openedAt()).stream())
                        .toList();
        };
    }

    private Optional<RowChange> told(Occasion event, Escalation escalation, Instant due) {
        return Channels.told(
                channels.hearing(event, escalation.groups()), new Outbox.News(event, escalation.call(), due));
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
