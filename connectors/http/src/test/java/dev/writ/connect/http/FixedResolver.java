package dev.writ.connect.http;

import dev.writ.connect.net.HostResolver;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Knows every host under the addresses it was given: the first list for the first question, and so on. */
final class FixedResolver implements HostResolver {

    private final Deque<List<InetAddress>> answers = new ArrayDeque<>();
    private final List<String> questions = new ArrayList<>();

    /** @param literals separated by blanks, one text for each question */
    FixedResolver(String... literals) {
        for (String text : literals) {
            List<InetAddress> addresses = new ArrayList<>();
            for (String literal : text.split(" ", -1)) {
                addresses.add(address(literal));
            }
            answers.add(addresses);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException notLiteral) {
            throw new AssertionError(notLiteral);
        }
    }

    @Override
    public synchronized Future<List<InetAddress>> resolve(String host) {
        questions.add(host);
        return answers.isEmpty()
                ? Future.failedFuture(new UnknownHostException())
                : Future.succeededFuture(answers.remove());
    }

    synchronized List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void close() {}
}
