package dev.writ.audit.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Kills gateways, backends and servers, and takes the power away, many times over, while two gateways append; then verifies that
 * nothing was lost, every hundred times. Prints one line each time, the last of which counts, and fails if an entry was lost:
 *
 * <pre>{@code
 * mvn -q -pl audit/postgres -am -Pendurance -DskipTests test -Dendurance.kills=1000 -Dendurance.power-losses=200
 * }</pre>
 */
final class Endurance {

    private static final int ROUND = 100;
    private static final int MORE = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Random random = new Random(1);
    private final PrivateServer server;
    private final FaultyDisk disk;
    private final FaultLog log;
    private Gateway victim;

    private Endurance(PrivateServer server, FaultyDisk disk, FaultLog log) {
        this.server = server;
        this.disk = disk;
        this.log = log;
        this.victim = log.gateway(log.writer(), 8);
    }

    public static void main(String[] arguments) throws Exception {
        int kills = Integer.getInteger("endurance.kills", 1000);
        int powerLosses = Integer.getInteger("endurance.power-losses", 200);
        FaultyDisk.absence().ifPresent(why -> {
            throw new IllegalStateException("no power can be lost here: " + why);
        });
        long began = System.nanoTime();
        Tally total = new Tally(0, 0, 0, 0);
        while (total.kills < kills || total.powerLosses < powerLosses) {
            int some = Math.min(ROUND, kills - total.kills);
            int others = Math.min(powerLosses - total.powerLosses, ROUND * powerLosses / Math.max(kills, 1) + 1);
            total = total.plus(round(some, others));
            System.out.println(total + " after "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
        }
        System.exit(total.lost == 0 ? 0 : 1); // whatever threads of clients are left
    }

    private record Tally(int kills, int powerLosses, int acknowledged, int lost) {

        Tally plus(Tally more) {
            return new Tally(
                    kills + more.kills,
                    powerLosses + more.powerLosses,
                    acknowledged + more.acknowledged,
                    lost + more.lost);
        }

        @Override
        public String toString() {
            return "kills=" + kills + " power losses=" + powerLosses + " acknowledged=" + acknowledged + " lost="
                    + lost;
        }
    }

    /** On a server and a log of its own, so that verifying takes no longer from round to round; tells what came of it. */
    private static Tally round(int kills, int powerLosses) throws Exception {
        Path folder = FaultLog.folder();
        FaultyDisk disk = FaultyDisk.in(folder.resolve("notes"));
        try (PrivateServer server = PrivateServer.in(folder.resolve("server"), disk.environment())
                        .start();
                FaultLog log = FaultLog.on(server, folder)) {
            Load steady = log.load(log.open(), 8);
            Endurance endurance = new Endurance(server, disk, log);
            for (int i = 0; i < kills; i++) {
                endurance.kill(i);
                endurance.awaitMore();
            }
            for (int i = 0; i < powerLosses; i++) {
                endurance.losePower(i);
                endurance.awaitMore();
            }
            endurance.victim.kill();
            steady.close();
            Tally tally = new Tally(kills, powerLosses, log.acknowledged(), log.lost());
            if (tally.lost == 0) {
                log.assertNothingLost();
            }
            return tally;
        } finally {
            Tool.run(Path.of("."), PATIENCE, List.of("rm", "-rf", folder.toString()));
        }
    }

    /** Of ten, five gateways, three backends, two servers. */
    private void kill(int number) throws Exception {
        switch (number % 10) {
            case 0, 2, 4, 6, 8 -> {
                victim.kill();
                victim = log.gateway(log.writer(), 8);
            }
            case 1, 3, 5 -> {
                PrivateServer.signal("KILL", ServerFaultsTest.lockHolderOrAnyWriter(log));
                server.awaitRecovered();
            }
            default -> {
                server.killPostmaster();
                server.start();
            }
        }
    }

    private void losePower(int number) {
        server.kill();
        disk.losePower(server.data(), number % 2 == 0 ? FaultyDisk.Loss.ALL : FaultyDisk.Loss.SOME, random);
        server.start();
    }

    /** Until the log works again, and a random while longer. */
    private void awaitMore() throws InterruptedException {
        int enough = log.acknowledged() + MORE;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (log.acknowledged() < enough) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("nothing is appended any more");
            }
            Thread.sleep(1 + random.nextInt(20));
        }
    }
}
