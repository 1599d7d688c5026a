package dev.writ.rules;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Dates and times of the day as rules and arguments write them: {@code 2026-12-24}, {@code 09:00} or {@code 09:00:30} (ISO 8601). */
final class LocalTimes {

    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern TIME = Pattern.compile("[0-9]{2}:[0-9]{2}(:[0-9]{2})?");

    private LocalTimes() {}

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
    static Optional<Typed> readAs(ValueType wanted, Typed value, List<BundleProblem> problems) {
        if (!wanted.isTemporal() || !(value.term() instanceof Term.Text text)) {
            return Optional.of(value);
        }
        Optional<?> read = wanted == ValueType.DATE ? date(text.value()) : time(text.value());
        if (read.isEmpty()) {
            problems.add(text.place()
                    .problem(
                            wanted == ValueType.DATE
                                    ? "a date is written as \"2026-12-24\", and is a day of the calendar"
                                    : "a time of the day is written as \"09:00\" or \"09:00:30\", up to \"23:59:59\""));
        }
        return read.map(found -> Typed.constant(text, wanted, found));
    }
}
