package dev.writ.gateway.notice;

import java.util.ArrayList;
import java.util.List;

/** Which of what is due is sent one by one, and which as one message. */
final class Folding {

    private Folding() {}

    /**
     * The messages that a channel has room for: all of what is due in as many.
     *
     * @param room 0 or more messages
     */
    static <T> List<List<T>> of(List<T> due, int room) {
        if (room < 1) {
            return List.of();
        }
        List<List<T>> messages = new ArrayList<>();
        int alone = due.size() <= room ? due.size() : room - 1;
        due.subList(0, alone).forEach(one -> messages.add(List.of(one)));
        if (alone < due.size()) {
            messages.add(List.copyOf(due.subList(alone, due.size())));
        }
        return messages;
    }
}
