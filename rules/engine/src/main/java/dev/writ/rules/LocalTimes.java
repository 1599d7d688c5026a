package dev.writ.rules;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates, times of the day and moments as rules and arguments write them (ISO 8601): {@code 2026-12-24}, {@code 09:00} or
 * {@code 09:00:30}, {@code 2026-12-24T09:00:30Z}.
 */
final class LocalTimes {

    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern TIME = Pattern.compile("[0-9]{2}:[0-9]{2}(:[0-9]{2})?");

    private static final Pattern MOMENT = Pattern.compile(
            "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?");

    private LocalTimes() {}

    /**
     * A date-time. If it says no offset it is one of that zone, and none if the clocks there skipped that time or showed it twice.
     */
    static Optional<Instant> moment(String text, ZoneId zone) {
        Matcher form = MOMENT.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.parse(form.group(1));
            List<ZoneOffset> offsets = form.group(2) == null
                    ? zone.getRules().getValidOffsets(local)
                    : List.of(ZoneOffset.of(form.group(2)));
            return offsets.size() == 1 ? Optional.of(local.toInstant(offsets.get(0))) : Optional.empty();
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /** What a literal of that temporal type is. */
    static Optional<?> read(ValueType type, String text, ZoneId zone) {
        return switch (type) {
            case DATE -> date(text);
            case TIME -> time(text);
            default -> moment(text, zone);
        };
    }

    static Optional<LocalDate> date(String text) {
        try {
            return DATE.matcher(text).matches() ? Optional.of(LocalDate.parse(text)) : Optional.empty();
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    static Optional<LocalTime> time(String text) {
        try {
            return TIME.matcher(text).matches() ? Optional.of(LocalTime.parse(text)) : Optional.empty();
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /** A place's zone by its name. An offset is none: it would be wrong for half of the year. */
    static Optional<ZoneId> zone(String name) {
        return ZoneId.getAvailableZoneIds().contains(name) ? Optional.of(ZoneId.of(name)) : Optional.empty();
    }

    /**
     * A text that is compared with a date or a time of the day, read as one; anything else as it is.
     *
     * @return empty if the text is none, which has been reported then
     */
    static Optional<Typed> readAs(ValueType wanted, Typed value, ZoneId zone, List<BundleProblem> problems) {
        if (!wanted.isTemporal() || !(value.term() instanceof Term.Text text)) {
            return Optional.of(value);
        }
        Optional<?> read = read(wanted, text.value(), zone);
        if (read.isEmpty()) {
            problems.add(text.place().problem(form(wanted)));
        }
        return read.map(found -> Typed.constant(text, wanted, found));
    }

    private static String form(ValueType type) {
        return switch (type) {
            case DATE -> "a date is written as \"2026-12-24\", and is a day of the calendar";
            case TIME -> "a time of the day is written as \"09:00\" or \"09:00:30\", up to \"23:59:59\"";
            default ->
                "a moment is written as \"2026-12-24T09:00:30Z\" or \"2026-12-24T09:00:30+01:00\"; without an offset it"
                        + " is one of the zone that Now( zone == \"...\" ) names, once in it";
        };
    }
}
