/** A queue: one side puts items in, the other takes them out in order, and waits while it is empty. */
export interface Queue<T> {
  put(value: T): void;
  take(): Promise<T>;
  /** Ends the queue: a caller that waits, and each that comes, gets this error; items in it are forgotten. */
  fail(error: unknown): void;
}

export function createQueue<T>(): Queue<T> {
  const values: T[] = [];
  const waiting: PromiseWithResolvers<T>[] = [];
  let failure: { readonly error: unknown } | undefined;
  return {
    put(value) {
      const first = waiting.shift();
      if (first !== undefined) first.resolve(value);
      else if (failure === undefined) values.push(value);
    },
    async take() {
      if (failure !== undefined) throw failure.error;
      if (values.length > 0) return values.shift() as T;
      const turn = Promise.withResolvers<T>();
      waiting.push(turn);
      return turn.promise;
    },
    fail(error) {
      failure ??= { error };
      values.length = 0;
      for (const turn of waiting.splice(0)) turn.reject(failure.error);
    },
  };
}

/** A queue with that many buffers in it, of that many bytes each. */
export function queueOfBuffers({
  count,
  size,
}: {
  readonly count: number;
  readonly size: number;
}): Queue<ArrayBuffer> {
  const queue = createQueue<ArrayBuffer>();
  for (let made = 0; made < count; made++) queue.put(new ArrayBuffer(size));
  return queue;
}
