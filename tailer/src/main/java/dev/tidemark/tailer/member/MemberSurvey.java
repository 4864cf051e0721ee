package dev.tidemark.tailer.member;

import com.mongodb.ServerAddress;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.fault.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks members of a set a question, all at once, each over a connection of its own. */
final class MemberSurvey {

  private final ClientFactory clients;
  private final String replicaSet;
  private final Duration patience;

  MemberSurvey(ClientFactory clients, String replicaSet) {
    this.clients = clients;
    this.replicaSet = replicaSet;
    // One for the connection, one for what is asked.
    this.patience = clients.connectTimeout().multipliedBy(2);
  }

  <T> List<Answer<T>> ask(List<ServerAddress> members, Function<Member, T> question)
      throws InterruptedException {
    if (members.isEmpty()) {
      return List.of();
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            members.size(),
            task -> {
              Thread thread = new Thread(task, "tidemark-tailer-survey-" + replicaSet);
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Answer<T>>> asked =
          threads.invokeAll(
              members.stream().map(member -> asking(member, question)).toList(),
              patience.toMillis(),
              TimeUnit.MILLISECONDS);
      List<Answer<T>> answers = new ArrayList<>();
      for (int i = 0; i < asked.size(); i++) {
        answers.add(answer(members.get(i), asked.get(i)));
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  private <T> Callable<Answer<T>> asking(ServerAddress address, Function<Member, T> question) {
    return () -> {
      try (Member member = Member.connect(clients, address)) {
        Hello hello = member.first();
        if (!hello.hasOplog()) {
          return Answer.none(address, "is in no readable state");
        }
        return replicaSet.equals(hello.setName())
            ? new Answer<>(address, question.apply(member), null)
            : Answer.none(address, "belongs to another set");
      } catch (RuntimeException e) {
        TidemarkException fault = Faults.classify(e, address.toString());
        return Answer.none(address, fault == null ? "failed with " + e : fault.reason());
      }
    };
  }

  private <T> Answer<T> answer(ServerAddress member, Future<Answer<T>> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (CancellationException e) {
      return Answer.none(member, "does not answer within " + patience.toMillis() + " ms");
    } catch (ExecutionException e) {
      return Answer.none(member, "failed with " + e.getCause());
    }
  }
}
