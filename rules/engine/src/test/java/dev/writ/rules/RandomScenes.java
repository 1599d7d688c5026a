package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.rules.Scene.Earlier;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Makes calls in surroundings that {@link RandomRules} look at. The same seed makes the same calls. */
final class RandomScenes {

    private final Random random;

    RandomScenes(long seed) {
        this.random = new Random(seed);
    }

    Stream<Facts> facts() {
        return Stream.generate(this::scene).map(Scene::facts);
    }

    private Scene scene() {
        Scene scene = random.nextInt(5) == 0 ? Scene.call("mail.send", "{\"to\": \"a\"}") : Scene.refund(arguments());
        for (int i = random.nextInt(6); i > 0; i--) {
            scene = scene.after(earlier());
        }
        return random.nextInt(4) == 0 ? scene.knownSince(Duration.ofMinutes(random.nextInt(10))) : scene;
    }

    private Earlier earlier() {
        Earlier earlier = Earlier.of(random.nextInt(4) == 0 ? "crm.lookup" : "billing.refund", arguments())
                .ago(Duration.ofMinutes(random.nextInt(12)));
        return switch (random.nextInt(4)) {
            case 0 -> earlier.labelled("bad");
            case 1 -> earlier.denied();
            case 2 -> earlier.pending();
            default -> earlier;
        };
    }

    private String arguments() {
        StringBuilder json = new StringBuilder("{");
        json.append(random.nextInt(4) == 0 ? "" : "\"amount\": " + (random.nextInt(400) - 20) + ", ");
        json.append(random.nextInt(4) == 0 ? "" : "\"payment\": \"" + one("p-1", "p-2", "a") + "\", ");
        json.append(random.nextInt(4) == 0 ? "" : "\"items\": [\"a\", 1], ");
        return json.append("\"note\": \"")
                .append(one("a", "b", "abc", RandomRules.TODAY))
                .append("\"}")
                .toString();
    }

    private String one(String... of) {
        return List.of(of).get(random.nextInt(of.length));
    }
}
