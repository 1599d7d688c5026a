package dev.writ.gateway.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One person's approval, as its entry tells it.
 *
 * @param client the key it was given with
 * @param person pseudonym of the person that the approver's key named
 * @param voices what it answers, and by what right
 * @param reason absent once it was erased
 * @param confirmed whether the approver said which view was seen
 * @param viewed index of the entry that says that they looked at it, if they did through Writ
 * @param after how long after that they answered
 * @param brokeGlass index of the entry that says that the glass was broken; absent if whoever was asked has approved
 * @param passkey the passkey it is signed with; absent if it is not signed
 */
public record Given(
        long index,
        String approver,
        String client,
        Optional<String> person,
        List<Voice> voices,
        Optional<String> reason,
        boolean confirmed,
        Optional<Long> viewed,
        Optional<Duration> after,
        Optional<Long> brokeGlass,
        Optional<String> passkey,
        Instant at) {

    public Given {
        voices = List.copyOf(voices);
    }

    /** The keys that it rests on: the approver's, and those of whoever lent them a right. */
    Set<String> clients() {
        return Stream.concat(
                        Stream.of(client),
                        voices.stream().flatMap(voice -> voice.lent().stream()).map(Voice.Lent::client))
                .collect(Collectors.toSet());
    }

    /** With those voices alone; empty if none counts. */
    Optional<Given> counting(Predicate<Voice> counts) {
        List<Voice> counted = voices.stream().filter(counts).toList();
        return counted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Given(
                        index,
                        approver,
                        client,
                        person,
                        counted,
                        reason,
                        confirmed,
                        viewed,
                        after,
                        brokeGlass,
                        passkey,
                        at));
    }

    @Override
    public String toString() {
        return "Given[" + index + "]";
    }
}
