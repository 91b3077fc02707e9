// The parts of libav that Swift cannot see: macros, and calls whose shape differs between FFmpeg 5 and 8.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libavutil/timecode.h>
#include <libswscale/swscale.h>
#include <string.h>

static const int averrorEOF = AVERROR_EOF;
static const int averrorAgain = AVERROR(EAGAIN);
static const int averrorInvalidData = AVERROR_INVALIDDATA;
static const int averrorExit = AVERROR_EXIT;
static const int averrorNoMemory = AVERROR(ENOMEM);
static const int64_t noTimestamp = AV_NOPTS_VALUE;
static const int cropUnaligned = AV_FRAME_CROP_UNALIGNED;
static const int lambdaPerQuantizer = FF_QP2LAMBDA;

// AVFrame.duration and AV_FRAME_FLAG_KEY came with FFmpeg 6.0 and 6.1; their forerunners left with 7 and 8.
static inline int64_t frameDuration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

static inline int frameIsKey(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame->key_frame != 0;
#endif
}

// Flags of interlaced frames came with FFmpeg 6.1; their forerunners left with 8.
static inline int frameIsInterlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame != 0;
#endif
}

static inline int frameShowsTopFieldFirst(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame->top_field_first != 0;
#endif
}

// Makes `view` show the pixels and side data of `frame` without owning them. Call
// pictureShowNothing before `view` is freed.
static inline void pictureShowAll(AVFrame *view, const AVFrame *frame) {
  view->width = frame->width;
  view->height = frame->height;
  view->format = frame->format;
  view->color_range = frame->color_range;
  view->colorspace = frame->colorspace;
  view->color_primaries = frame->color_primaries;
  view->color_trc = frame->color_trc;
  view->chroma_location = frame->chroma_location;
  view->sample_aspect_ratio = frame->sample_aspect_ratio;
  view->side_data = frame->side_data;
  view->nb_side_data = frame->nb_side_data;
  for (int plane = 0; plane < AV_NUM_DATA_POINTERS; plane++) {
    view->data[plane] = frame->data[plane];
    view->linesize[plane] = frame->linesize[plane];
  }
}

static inline void pictureShowNothing(AVFrame *view) {
  view->side_data = NULL;
  view->nb_side_data = 0;
}

// The same for one field: every other line, beginning with line `field` (0 or 1). The height is
// rounded down so that every chroma line belongs to the field.
static inline void pictureShowField(AVFrame *view, const AVFrame *frame, int field) {
  pictureShowAll(view, frame);
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  int subsampling = format ? format->log2_chroma_h : 0;
  int height = frame->height >> (1 + subsampling) << subsampling;
  if (!format || height == 0 || format->flags & AV_PIX_FMT_FLAG_HWACCEL) return;
  view->height = height;
  for (int plane = 0; plane < 4 && frame->data[plane]; plane++) {
    if (plane == 1 && format->flags & AV_PIX_FMT_FLAG_PAL) break;  // a palette, not lines
    view->data[plane] += field * frame->linesize[plane];
    view->linesize[plane] *= 2;
  }
}

// Returns NULL if there is none of at least `least` bytes. With FFmpeg 7, a stream's side data
// moved into its codec parameters.
static inline const uint8_t *streamSideData(const AVStream *stream, enum AVPacketSideDataType type, size_t least) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData *data =
      av_packet_side_data_get(stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
  return data && data->size >= least ? data->data : NULL;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, type, &size);
  return data && size >= least ? data : NULL;
#endif
}

// Nine integers, or NULL.
static inline const int32_t *streamDisplayMatrix(const AVStream *stream) {
  return (const int32_t *)streamSideData(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t));
}

static inline const int32_t *frameDisplayMatrix(const AVFrame *frame) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
}

static inline const AVDOVIDecoderConfigurationRecord *streamDolbyVision(const AVStream *stream) {
  return (const AVDOVIDecoderConfigurationRecord *)streamSideData(stream, AV_PKT_DATA_DOVI_CONF,
                                                                  sizeof(AVDOVIDecoderConfigurationRecord));
}

// The peak brightness in cd/m2: that of the content, else that of the display on which it was
// mastered; 0 if neither is stated.
static inline double lightPeak(const uint8_t *content, const uint8_t *display) {
  const AVContentLightMetadata *light = (const AVContentLightMetadata *)content;
  const AVMasteringDisplayMetadata *mastering = (const AVMasteringDisplayMetadata *)display;
  if (light && light->MaxCLL > 0) return light->MaxCLL;
  if (mastering && mastering->has_luminance && mastering->max_luminance.den > 0) return av_q2d(mastering->max_luminance);
  return 0;
}

static inline double frameLightPeak(const AVFrame *frame) {
  const AVFrameSideData *light = av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
  const AVFrameSideData *display = av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
  return lightPeak(light ? light->data : NULL, display ? display->data : NULL);
}

static inline double streamLightPeak(const AVStream *stream) {
  return lightPeak(streamSideData(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, sizeof(AVContentLightMetadata)),
                   streamSideData(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, sizeof(AVMasteringDisplayMetadata)));
}

// From FFmpeg 7.1 on, demuxers read MP4's `clap` and Matroska's PixelCrop*; before that, none does.
static inline int demuxersReadCropping(void) { return LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 19, 100); }

typedef struct {
  uint32_t top, bottom, left, right;
} CroppedSides;

// Returns NULL if the container states none. The four numbers are little-endian, as is every
// machine that this runs on.
static inline const CroppedSides *streamCropping(const AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 19, 100)
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_FRAME_CROPPING);
  return data && data->size >= sizeof(CroppedSides) ? (const CroppedSides *)data->data : NULL;
#else
  (void)stream;
  return NULL;
#endif
}

// Writes the timecode that the codec's own headers give a frame into `text`, which holds AV_TIMECODE_STR_SIZE characters.
// Returns whether there is one.
static inline int frameTimecode(const AVFrame *frame, AVRational rate, char *text) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_GOP_TIMECODE);
  if (data && data->size >= sizeof(int64_t)) {
    av_timecode_make_mpeg_tc_string(text, (uint32_t)*(const int64_t *)data->data);
    return 1;
  }
  data = av_frame_get_side_data(frame, AV_FRAME_DATA_S12M_TIMECODE);
  if (data && data->size >= 2 * sizeof(uint32_t) && ((const uint32_t *)data->data)[0] > 0) {
    av_timecode_make_smpte_tc_string2(text, rate, ((const uint32_t *)data->data)[1], 0, 0);
    return 1;
  }
  return 0;
}

// Copies rotation, mastering display and the like. From FFmpeg 7 on, these belong to the codec
// parameters, which are copied elsewhere, so there is nothing to do.
static inline int streamCopySideData(AVStream *target, const AVStream *source) {
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
  for (int i = 0; i < source->nb_side_data; i++) {
    const AVPacketSideData *data = &source->side_data[i];
    uint8_t *copy = av_stream_new_side_data(target, data->type, data->size);
    if (!copy) return AVERROR(ENOMEM);
    memcpy(copy, data->data, data->size);
  }
#endif
  return 0;
}

// The four letters by which the format knows the codec. The source's are kept if they mean this
// codec in the format too, or if the format has none for it. 0 lets the muxer choose.
static inline uint32_t streamTag(const AVOutputFormat *format, const AVCodecParameters *source) {
  unsigned int ignored;
  if (!format->codec_tag || av_codec_get_id(format->codec_tag, source->codec_tag) == source->codec_id ||
      !av_codec_get_tag2(format->codec_tag, source->codec_id, &ignored))
    return source->codec_tag;
  return 0;
}

// The log callback is handed any object that starts with an AVClass. If it is a codec context,
// returns what its owner stored in `opaque`, else NULL. Frame threads carry copies of the context,
// `opaque` included.
static inline void *codecOpaque(void *object) {
  if (!object || *(const AVClass **)object != avcodec_get_class()) return NULL;
  return ((AVCodecContext *)object)->opaque;
}

// SwsContext is opaque up to FFmpeg 7 and a public struct from 8 on, which Swift imports as two
// different pointer types. Its flags turned from macros into an enum. So it is passed as `void *`.
static inline void *scalerCreate(int srcWidth, int srcHeight, int srcFormat, int srcRange, int srcColorspace,
                                 int dstWidth, int dstHeight, int dstFormat, int dstRange) {
  struct SwsContext *scaler = sws_alloc_context();
  if (!scaler) return NULL;
  av_opt_set_int(scaler, "srcw", srcWidth, 0);
  av_opt_set_int(scaler, "srch", srcHeight, 0);
  av_opt_set_int(scaler, "src_format", srcFormat, 0);
  av_opt_set_int(scaler, "dstw", dstWidth, 0);
  av_opt_set_int(scaler, "dsth", dstHeight, 0);
  av_opt_set_int(scaler, "dst_format", dstFormat, 0);
  av_opt_set_int(scaler, "sws_flags", SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, 0);
  if (srcRange >= 0) av_opt_set_int(scaler, "src_range", srcRange, 0);
  if (dstRange >= 0) av_opt_set_int(scaler, "dst_range", dstRange, 0);
  // MPEG-2 chroma positions, as FFmpeg's scale filter assumes for this one format.
  if (srcFormat == AV_PIX_FMT_YUV420P) av_opt_set_int(scaler, "src_v_chr_pos", 128, 0);
  if (sws_init_context(scaler, NULL, NULL) < 0) {
    sws_freeContext(scaler);
    return NULL;
  }
  int *inverse, *table, srcFull, dstFull, brightness, contrast, saturation;
  if (sws_getColorspaceDetails(scaler, &inverse, &srcFull, &table, &dstFull, &brightness, &contrast, &saturation) >= 0)
    sws_setColorspaceDetails(scaler, sws_getCoefficients(srcColorspace), srcRange >= 0 ? srcRange : srcFull, table,
                             dstRange >= 0 ? dstRange : dstFull, brightness, contrast, saturation);
  return scaler;
}

static inline int scalerConvert(void *scaler, const AVFrame *source, AVFrame *target) {
  return sws_scale((struct SwsContext *)scaler, (const uint8_t *const *)source->data, source->linesize, 0, source->height,
                   target->data, target->linesize);
}

static inline void scalerFree(void *scaler) { sws_freeContext((struct SwsContext *)scaler); }

// Prefetches the cache line at `address`, which need not be readable.
static inline void prefetchLine(const void *address) { __builtin_prefetch(address); }
